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

type Wish = "light" | "zoom" | "focus";

export class Camera {
  light = false;
  private refused: Wish | "" = ""; // what was promised, asked for last, and not done
  private factor = 0;
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
    this.refused = "";
    this.factor = this.can.zoom?.min ?? 0;
    const { zoom } = this.can;
    document.querySelectorAll<HTMLInputElement>("input[data-camera=zoom]").forEach((slider) => {
      if (!zoom) return;
      Object.assign(slider, { min: String(zoom.min), max: String(zoom.max), step: String(zoom.step || "any"), value: String(zoom.min) });
    });
  }

  /** Asks the camera, and says on the page when it does not do what it has promised. */
  private async wish(wish: Wish, wanted: Record<string, unknown>, done: () => void = () => undefined): Promise<void> {
    const { track } = this;
    if (!track) return;
    const kept = await set(track, wanted);
    if (track !== this.track) return; // another camera by now
    this.refused = kept ? "" : wish;
    if (kept) done();
    this.changed();
  }

  async turnLight(): Promise<void> {
    await this.wish("light", { torch: !this.light }, () => { this.light = !this.light; });
  }

  /** Looks once for the sharp point, for cameras that lost it. */
  async focus(): Promise<void> {
    if (!this.track) return;
    const modes = ((this.track.getCapabilities?.() ?? {}) as Extras).focusMode ?? [];
    const mode = modes.includes("single-shot") ? "single-shot" : "continuous";
    await this.wish("focus", { focusMode: mode });
    if (mode === "single-shot" && this.track) await focusOnPaper(this.track);
  }

  async zoom(factor: number): Promise<void> {
    if (!this.can.zoom) return;
    const { min, max } = this.can.zoom, wanted = Math.min(max, Math.max(min, factor));
    await this.wish("zoom", { zoom: wanted }, () => { this.factor = wanted; });
    // The slider says how near the picture is, not how near it was wished.
    document.querySelectorAll<HTMLInputElement>("input[data-camera=zoom]").forEach((slider) => { slider.value = String(this.factor); });
  }

  get local(): Record<string, boolean | string> {
    return {
      can_light: this.can.light, can_zoom: this.can.zoom !== null, can_focus: this.can.focus, light: this.light,
      camera_refused: this.refused,
    };
  }
}
