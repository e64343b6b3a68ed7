/** What a phone's camera can do beyond a picture: light, zoom, focus. Shown where the browser offers them, and only there. */

interface Range { min: number; max: number; step?: number }
/** Media Capture Image, W3C: what browsers add to a track's capabilities, settings and constraints. */
interface Extras { torch?: boolean; zoom?: Range; focusMode?: string[] }

export interface Abilities { light: boolean; zoom: Range | null; focus: boolean }

/** What the track offers. Pure but for asking it. */
export function abilitiesOf(track: Pick<MediaStreamTrack, "getCapabilities"> | null): Abilities {
  const can = (track?.getCapabilities?.() ?? {}) as Extras;
  const zoom = can.zoom && can.zoom.max > can.zoom.min ? can.zoom : null;
  const modes = can.focusMode ?? [];
  return { light: can.torch === true, zoom, focus: modes.includes("continuous") && modes.length > 1 };
}

type Adjustable = Pick<MediaStreamTrack, "getCapabilities" | "applyConstraints">;

async function set(track: Adjustable, wanted: Record<string, unknown>): Promise<boolean> {
  try {
    await track.applyConstraints({ advanced: [wanted as MediaTrackConstraintSet] });
    return true;
  } catch { return false; } // promised and not kept: everything else goes on
}

/** Looks for the sharp point all the time: a paper is moved about. */
export async function focusOnPaper(track: Adjustable): Promise<void> {
  if (abilitiesOf(track).focus) await set(track, { focusMode: "continuous" });
}

export class Camera {
  light = false;
  private track: MediaStreamTrack | null = null;
  private can: Abilities = abilitiesOf(null);

  constructor(private readonly changed: () => void) {
    document.addEventListener("input", (event) => {
      const slider = event.target;
      if (slider instanceof HTMLInputElement && slider.dataset["camera"] === "zoom") void this.zoom(Number(slider.value));
    });
  }

  /** Another camera begins with its own abilities, and dark. */
  follow(track: MediaStreamTrack | null): void {
    if (track === this.track) return;
    this.track = track;
    this.can = abilitiesOf(track);
    this.light = false;
    const { zoom } = this.can;
    document.querySelectorAll<HTMLInputElement>("input[data-camera=zoom]").forEach((slider) => {
      if (!zoom) return;
      Object.assign(slider, { min: String(zoom.min), max: String(zoom.max), step: String(zoom.step || "any"), value: String(zoom.min) });
    });
  }

  async turnLight(): Promise<void> {
    if (!this.track || !await set(this.track, { torch: !this.light })) return;
    this.light = !this.light;
    this.changed();
  }

  /** Looks once for the sharp point, for cameras that lost it. */
  async focus(): Promise<void> {
    if (!this.track) return;
    const modes = ((this.track.getCapabilities?.() ?? {}) as Extras).focusMode ?? [];
    if (modes.includes("single-shot")) await set(this.track, { focusMode: "single-shot" });
    await focusOnPaper(this.track);
  }

  async zoom(factor: number): Promise<void> {
    if (this.track && this.can.zoom) await set(this.track, { zoom: Math.min(this.can.zoom.max, Math.max(this.can.zoom.min, factor)) });
  }

  get local(): Record<string, boolean> {
    return { can_light: this.can.light, can_zoom: this.can.zoom !== null, can_focus: this.can.focus, light: this.light };
  }
}
