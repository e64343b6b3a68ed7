/** Camera and microphone of this side: consent, devices, switching, and what to tell the person when it fails. */

import { focusOnPaper } from "./camera.ts";

export type MediaState = "off" | "asking" | "on" | "refused" | "missing" | "busy" | "unsupported";
export type Facing = "user" | "environment";

export const DETAIL = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const PAPER = { width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 15 } };
const REMEMBER = "onetrip.media";

/** Which words to show for what the browser threw. Pure. */
export function failure(name: string): MediaState {
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "unsupported";
}

export const supported = (): boolean =>
  typeof RTCPeerConnection !== "undefined" && typeof navigator.mediaDevices?.getUserMedia === "function";

const stored = (kind: string): string | undefined => localStorage.getItem(`${REMEMBER}.${kind}`) ?? undefined;

export class LocalMedia {
  state: MediaState = supported() ? "off" : "unsupported";
  audioOnly = false;
  muted = false;
  cameraOff = false;
  facing: Facing = "user";
  cameras = 0;
  readonly stream: MediaStream | undefined = typeof MediaStream === "undefined" ? undefined : new MediaStream();
  private paper = false;

  /** `changed` is called after every change of state or tracks. */
  constructor(private readonly role: "citizen" | "officer", private readonly changed: () => void) {}

  get video(): MediaStreamTrack | null { return this.stream?.getVideoTracks()[0] ?? null; }
  get audio(): MediaStreamTrack | null { return this.stream?.getAudioTracks()[0] ?? null; }

  /** True when this tab had consent before, so that a reload comes back by itself. */
  get remembered(): boolean { return sessionStorage.getItem(REMEMBER) === "yes"; }

  async start(): Promise<void> {
    if (this.state === "unsupported" || this.state === "asking" || this.state === "on") return;
    this.become("asking");
    try {
      this.adopt(await this.ask());
      sessionStorage.setItem(REMEMBER, "yes");
      this.become("on");
    } catch (error) {
      this.become(failure(error instanceof Error ? error.name : ""));
    }
    await this.count();
  }

  stop(): void {
    this.stream?.getTracks().forEach((track) => { track.onended = null; track.stop(); this.stream?.removeTrack(track); });
    if (this.state === "on") this.become("off");
  }

  mute(muted = !this.muted): void {
    this.muted = muted;
    if (this.audio) this.audio.enabled = !muted;
    this.changed();
  }

  turnCamera(off = !this.cameraOff): void {
    this.cameraOff = off;
    if (this.video) this.video.enabled = !off;
    this.changed();
  }

  /** Front ↔ rear. */
  async switchCamera(): Promise<void> {
    this.facing = this.facing === "user" ? "environment" : "user";
    await this.replace("video", { ...DETAIL, facingMode: { ideal: this.facing } });
  }

  /** The rear camera at its best; again: back to the face. Its light is the person's to switch: it may shine back. */
  async showPaper(): Promise<void> {
    this.paper = !this.paper;
    this.facing = this.paper && this.cameras > 1 ? "environment" : "user";
    await this.again();
  }

  /** The camera as it was, opened anew: after a switch, or when the phone's own camera has taken it away. */
  async again(): Promise<void> {
    await this.replace("video", { ...(this.paper ? PAPER : DETAIL), facingMode: { ideal: this.facing } });
    if (this.paper && this.video) await focusOnPaper(this.video);
  }

  async pick(kind: "camera" | "microphone", deviceId: string): Promise<void> {
    localStorage.setItem(`${REMEMBER}.${kind}`, deviceId);
    if (this.state !== "on") return;
    if (kind === "camera") await this.replace("video", { ...DETAIL, deviceId: { exact: deviceId } });
    else await this.replace("audio", { deviceId: { exact: deviceId } });
  }

  private async ask(): Promise<MediaStream> {
    const camera = stored("camera"), microphone = stored("microphone");
    const video = { ...DETAIL, ...(camera ? { deviceId: { ideal: camera } } : { facingMode: { ideal: this.facing } }) };
    const audio = { echoCancellation: true, noiseSuppression: true, ...(microphone ? { deviceId: { ideal: microphone } } : {}) };
    this.audioOnly = false;
    try {
      return await navigator.mediaDevices.getUserMedia({ video, audio });
    } catch (error) {
      if (!(error instanceof Error) || failure(error.name) !== "missing") throw error;
    }
    try { // a camera without a microphone still shows papers
      return await navigator.mediaDevices.getUserMedia({ video });
    } catch (error) {
      if (!(error instanceof Error) || failure(error.name) !== "missing") throw error;
    }
    const onlyAudio = await navigator.mediaDevices.getUserMedia({ audio });
    this.audioOnly = true;
    return onlyAudio;
  }

  /** Phones open one camera at a time: the old track ends before the new one is asked for. */
  private async replace(kind: "video" | "audio", constraints: MediaTrackConstraints): Promise<void> {
    for (const track of this.stream?.getTracks() ?? []) {
      if (track.kind === kind) { track.onended = null; track.stop(); this.stream?.removeTrack(track); }
    }
    try {
      this.adopt(await navigator.mediaDevices.getUserMedia({ [kind]: constraints }));
      this.become("on");
    } catch (error) {
      this.become(failure(error instanceof Error ? error.name : ""));
    }
  }

  private adopt(stream: MediaStream): void {
    for (const track of stream.getTracks()) {
      this.stream?.getTracks().filter((old) => old.kind === track.kind).forEach((old) => { old.stop(); this.stream?.removeTrack(old); });
      this.stream?.addTrack(track);
      track.enabled = track.kind === "audio" ? !this.muted : !this.cameraOff;
      // A citizen shows papers: sharp letters before smooth motion. The officer shows a face.
      if (track.kind === "video") track.contentHint = this.role === "citizen" ? "detail" : "motion";
      track.onended = () => { this.stream?.removeTrack(track); this.become("missing"); };
    }
  }

  private async count(): Promise<void> {
    const devices = await navigator.mediaDevices?.enumerateDevices().catch(() => []) ?? [];
    this.cameras = devices.filter((device) => device.kind === "videoinput").length;
    this.changed();
  }

  private become(state: MediaState): void {
    this.state = state;
    this.changed();
  }
}
