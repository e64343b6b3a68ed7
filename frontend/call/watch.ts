/** What arrives: plays it, and knows its size, its first frame and whether the network is weak. */

import type { Doc } from "../live/merge.ts";
import { Silence, troubleOf, type Trouble } from "./health.ts";
import { Losses, type Measured, type Rung } from "./ladder.ts";

interface Report {
  type: string; id: string; timestamp: number; kind?: string; selectedCandidatePairId?: string;
  framesDecoded?: number; packetsLost?: number; packetsReceived?: number;
  currentRoundTripTime?: number; availableOutgoingBitrate?: number; fractionLost?: number;
  frameWidth?: number; frameHeight?: number; qualityLimitationReason?: string;
}

const LOOK_EVERY_MS = 500; // for silence; everything else is measured every other time
const STALLED_AFTER_LOOKS = 6; // a path that stands and brings no picture: begin again, with growing patience

export class Watch {
  peerMuted = false;
  peerCameraOff = false;
  peerRung: Rung = "video";
  sound: "ok" | "blocked" = "ok";
  quality: "good" | "weak" = "good";
  trouble: Trouble = "";
  framesDecoded = 0;
  firstFrameAt: number | null = null;
  sent = { width: 0, height: 0 };
  private pc: RTCPeerConnection | undefined;
  private stream: MediaStream | undefined;
  private live = false;
  private before = { lost: 0, received: 0 };
  private heard = 0;
  private looks = 0;
  private readonly losses = new Losses();
  private readonly silence = new Silence();
  private still = { frames: 0, looks: 0, patience: STALLED_AFTER_LOOKS };
  private timer: number | undefined;

  /**
   * `stalled`: the other side shows a picture, and none has come for some seconds. `measured`: once a second.
   * `silent`: the path stands, and nothing at all comes over it.
   */
  constructor(
    private readonly changed: () => void, private readonly stalled: () => void, private readonly measured: (now: Measured) => void,
    private readonly silent: () => void,
  ) {
    this.video?.addEventListener("resize", changed);
  }

  get video(): HTMLVideoElement | null { return document.querySelector<HTMLVideoElement>("video[data-video=remote]"); }

  attach(pc: RTCPeerConnection): void {
    this.pc = pc;
    this.framesDecoded = 0;
    this.firstFrameAt = null;
    this.before = { lost: 0, received: 0 };
    this.heard = 0;
    this.losses.forget();
    this.still = { ...this.still, frames: 0, looks: 0 };
    this.timer = window.setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  detach(): void {
    clearInterval(this.timer);
    this.pc = this.stream = undefined;
    this.quality = "good";
    this.trouble = "";
    this.peerMuted = this.peerCameraOff = false;
    this.peerRung = "video";
  }

  /** Takes the last picture away. Between two connections of the same call it stays: better a still than a hole. */
  clear(): void {
    if (this.video) this.video.srcObject = null;
  }

  /** What the other side sends; it is played while the call is `live`. */
  receive(stream: MediaStream): void {
    this.stream = stream;
    this.play();
  }

  setLive(live: boolean): void {
    if (this.live === live) return;
    this.live = live;
    this.play();
  }

  private play(): void {
    const video = this.video;
    // An element that waits for its first picture holds up the page's load event: nothing is attached before pictures flow.
    if (!video || !this.live || !this.stream) return;
    if (video.srcObject !== this.stream) video.srcObject = this.stream;
    this.awaitFirstFrame(video);
    void this.start();
  }

  /** Starts the sound; browsers may refuse it before the first touch, then the picture goes on without. */
  async start(): Promise<void> {
    const video = this.video;
    if (!video?.srcObject) return;
    try {
      video.muted = false;
      await video.play();
      this.sound = "ok";
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "NotAllowedError") return;
      this.sound = "blocked";
      video.muted = true;
      await video.play().catch(() => undefined);
    }
    this.changed();
  }

  private awaitFirstFrame(video: HTMLVideoElement): void {
    if (this.firstFrameAt !== null) return;
    const seen = (): void => {
      if (this.firstFrameAt !== null) return;
      this.firstFrameAt = performance.timeOrigin + performance.now();
      this.changed();
    };
    if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(seen);
    else (video as HTMLVideoElement).addEventListener("playing", seen, { once: true });
  }

  private async look(): Promise<void> {
    const reports = await this.pc?.getStats().catch(() => undefined);
    if (!reports) return;
    let lost = 0, received = 0, limitedBy = "none";
    let roundTrip: number | null = null, sendKbps: number | null = null;
    const connected = this.pc?.connectionState === "connected";
    if (!connected) this.losses.forget();
    this.listen(reports, connected);
    if (++this.looks % 2) return;
    reports.forEach((report: Report) => {
      if (report.type === "inbound-rtp") {
        lost += report.packetsLost ?? 0;
        received += report.packetsReceived ?? 0;
        if (report.kind === "video") this.framesDecoded = report.framesDecoded ?? 0;
      } else if (report.type === "transport" && report.selectedCandidatePairId) {
        const path = reports.get(report.selectedCandidatePairId) as Report | undefined;
        roundTrip = path?.currentRoundTripTime ?? null;
        sendKbps = path?.availableOutgoingBitrate === undefined ? null : path.availableOutgoingBitrate / 1000;
      } else if (report.type === "remote-inbound-rtp") this.losses.hear(report.id, report.timestamp, report.fractionLost ?? 0);
      else if (report.type === "outbound-rtp" && report.kind === "video") {
        this.sent = { width: report.frameWidth ?? 0, height: report.frameHeight ?? 0 };
        limitedBy = report.qualityLimitationReason ?? "none";
      }
    });
    const newlyLost = lost - this.before.lost, newly = received - this.before.received;
    this.before = { lost, received };
    this.trouble = troubleOf({ limitedBy, roundTripS: roundTrip ?? 0, lost: newly > 0 ? newlyLost / (newly + newlyLost) : 0 });
    this.quality = this.trouble ? "weak" : "good";
    this.measured({ sendKbps, lost: this.losses.share, roundTripS: roundTrip, connected });
    this.changed();
    this.lookForStall();
  }

  /** Does anything come at all? */
  private listen(reports: RTCStatsReport, connected: boolean): void {
    let heard = 0;
    reports.forEach((report: Report) => { if (report.type === "inbound-rtp") heard += report.packetsReceived ?? 0; });
    const packets = heard - this.heard;
    this.heard = heard;
    if (this.silence.broke(packets, this.live && connected && this.framesDecoded > 0 && this.peerRung !== "chat")) this.silent();
  }

  private lookForStall(): void {
    if (this.framesDecoded !== this.still.frames) this.still = { frames: this.framesDecoded, looks: 0, patience: STALLED_AFTER_LOOKS };
    else if (!this.live || this.peerCameraOff || this.peerRung !== "video" || this.pc?.connectionState !== "connected") this.still.looks = 0;
    else if (++this.still.looks >= this.still.patience) {
      this.still = { ...this.still, looks: 0, patience: this.still.patience * 2 };
      this.stalled();
    }
  }

  get local(): Doc {
    return {
      peer_muted: this.peerMuted, peer_camera_off: this.peerCameraOff, sound: this.sound, quality: this.quality, trouble: this.trouble,
      width: this.video?.videoWidth ?? 0, height: this.video?.videoHeight ?? 0,
    };
  }
}
