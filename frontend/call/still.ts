/** A sharp photograph that the officer asks for: taken at the camera's full resolution, sent in parts. */

import { ask, Refused, tokenIn } from "./ask.ts";
import type { LocalMedia } from "./media.ts";
import { NotNext, send, type Answer, type Doors } from "./upload.ts";

interface PhotoRange { max?: number }
interface PhotoCapabilities { imageWidth?: PhotoRange; imageHeight?: PhotoRange }
interface Camera {
  getPhotoCapabilities(): Promise<PhotoCapabilities>;
  takePhoto(settings?: { imageWidth?: number; imageHeight?: number }): Promise<Blob>;
}
declare global { interface Window { ImageCapture?: new (track: MediaStreamTrack) => Camera } }

const MOST_BYTES = 10 * 1024 * 1024; // what the server takes
const QUALITY = 0.9;

export const canPhotograph = (): boolean => typeof window.ImageCapture === "function";

/** A photograph by the camera in use, as large as it makes them; the moving picture's frame where it makes none. */
export async function photograph(track: MediaStreamTrack, video: HTMLVideoElement | null): Promise<Blob> {
  if (window.ImageCapture) {
    try {
      const camera = new window.ImageCapture(track);
      const can = await camera.getPhotoCapabilities().catch((): PhotoCapabilities => ({}));
      const largest = can.imageWidth?.max && can.imageHeight?.max ? { imageWidth: can.imageWidth.max, imageHeight: can.imageHeight.max } : {};
      return await fitted(await camera.takePhoto(largest));
    } catch { /* some cameras promise photographs and take none: the film's frame will do */ }
  }
  if (!video?.videoWidth) throw new Error("no picture");
  return drawn(video, video.videoWidth, video.videoHeight);
}

/** The picture as it is, or smaller in bytes where the server would not take it. */
export async function fitted(picture: Blob): Promise<Blob> {
  if (picture.size <= MOST_BYTES && /^image\/(jpeg|png|webp)$/.test(picture.type)) return picture;
  const bitmap = await createImageBitmap(picture);
  const scale = Math.min(1, Math.sqrt(24_000_000 / (bitmap.width * bitmap.height)));
  return drawn(bitmap, Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
}

async function drawn(source: CanvasImageSource, width: number, height: number): Promise<Blob> {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d")?.drawImage(source, 0, 0, width, height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!blob) throw new Error("no picture");
  return blob;
}

/** The server's side of an upload, for the photograph with this id. */
function doorsOf(form: HTMLFormElement, still: string): Doors {
  const address = (pattern: string): string => pattern.replace("STILL", encodeURIComponent(still));
  const say = (url: string, body: BodyInit, type?: string): Promise<Answer> => ask<Answer>(url, body, tokenIn(form), type).catch((error: unknown) => {
    throw error instanceof Refused && error.code === "upload_not_next" ? new NotNext(error.message) : error;
  });
  return {
    begin: async (size, digest) => (await say(address(form.action), new URLSearchParams({ size: String(size), digest }))).received,
    part: (offset, content) => say(`${address(form.dataset["part"] ?? "")}?offset=${offset}`, content, "application/octet-stream"),
  };
}

/** The sheet on the citizen's page: a button for the camera in the page, a file field for the phone's own camera. */
export class StillSheet {
  private under: AbortController | undefined;

  constructor(private readonly media: LocalMedia) {
    document.addEventListener("change", (event) => {
      const input = event.target;
      if (input instanceof HTMLInputElement && input.matches("[data-still-file]")) void this.chosen(input);
    });
  }

  private get form(): HTMLFormElement | null { return document.querySelector<HTMLFormElement>("form[data-still]"); }

  async take(): Promise<void> {
    const track = this.media.video;
    if (!track) { this.say("failed"); return; }
    try {
      await this.bring(await photograph(track, document.querySelector<HTMLVideoElement>("video[data-video=local]")));
    } catch { this.say("failed"); }
  }

  private async chosen(input: HTMLInputElement): Promise<void> {
    const file = input.files?.[0];
    input.value = "";
    // The phone's own camera has taken the camera away from the page.
    if (this.media.state !== "off" && this.media.video?.readyState !== "live") void this.media.again();
    if (!file) return;
    try { await this.bring(await fitted(file)); } catch { this.say("failed"); }
  }

  /** Sends the picture for what is asked for now. A second picture takes the place of the first. */
  private async bring(picture: Blob): Promise<void> {
    const form = this.form, still = form?.dataset["still"];
    if (!form || !still) return;
    this.under?.abort();
    const under = this.under = new AbortController();
    this.say("sending", 0);
    try {
      await send(picture, doorsOf(form, still), (share, waits) => this.say(waits ? "waiting" : "sending", share), under.signal);
      this.say("");
    } catch (error) {
      if (!under.signal.aborted) this.say("failed", 0, error instanceof Refused ? error.message : "");
    }
  }

  private say(state: "" | "sending" | "waiting" | "failed", share = 0, words = ""): void {
    const form = this.form;
    if (!form) return;
    form.setAttribute("aria-busy", String(state === "sending" || state === "waiting"));
    form.querySelectorAll<HTMLElement>("[data-still-state]").forEach((element) => {
      element.hidden = !(element.dataset["stillState"] ?? "").split(",").includes(state);
    });
    const bar = form.querySelector<HTMLProgressElement>("progress");
    if (bar) bar.value = share;
    const error = form.querySelector<HTMLElement>("[data-still-error]");
    if (error) error.textContent = words || (error.dataset["fallback"] ?? "");
  }
}
