/** One peer connection with the perfect negotiation pattern (W3C WebRTC section 10.7): either side may restart, glare is harmless. */

import type { Doc } from "../live/merge.ts";
import type { Rung } from "./ladder.ts";
import { withStartBitrate } from "./sdp.ts";

export interface PeerSettings { max_kbps?: number; max_fps?: number }

interface PeerEvents {
  send(body: Doc): void;
  state(state: RTCPeerConnectionState): void;
  remote(stream: MediaStream): void;
}

const START_KBPS = 3000;
const AUDIO_KBPS = 48;
/** The first picture is this much smaller: quickly encoded and sent, it shows that the call stands; then all of it. */
const FIRST_SMALLER = 4;
const FIRST_FOR_MS = 1000; // if the other side does not say that it has seen it
const STILLS = { kbps: 100, framesPerS: 1 }; // beside sound on 100 kbit/s: a sharp picture now and then, not a blurred film

export class Peer {
  readonly pc: RTCPeerConnection;
  private makingOffer = false;
  private ignoreOffer = false;
  private answerPending = false;
  private queue: Promise<void> = Promise.resolve();
  private tuning: Promise<void> = Promise.resolve();
  private remoteStream = new MediaStream();
  private audioSender: RTCRtpSender | undefined;
  private videoSender: RTCRtpSender | undefined;
  private rung: Rung = "video";
  private small = FIRST_SMALLER;
  private sharpTimer: number | undefined;
  private tracks: { audio: MediaStreamTrack | null; video: MediaStreamTrack | null } = { audio: null, video: null };

  /** The impolite side (officer) makes the first offer; the polite one (citizen) yields when two offers cross. */
  constructor(
    private readonly polite: boolean,
    private readonly settings: PeerSettings,
    configuration: RTCConfiguration,
    private readonly own: MediaStream,
    private readonly events: PeerEvents,
  ) {
    this.pc = new RTCPeerConnection(configuration);
    this.pc.onicecandidate = ({ candidate }) => {
      if (candidate) events.send({ k: "ice", c: candidate.toJSON() as Doc });
    };
    this.pc.onnegotiationneeded = () => void this.offer();
    this.pc.onconnectionstatechange = () => { this.firstPicture(); events.state(this.pc.connectionState); };
    this.pc.ontrack = ({ track }) => {
      this.remoteStream.addTrack(track);
      events.remote(this.remoteStream);
    };
    if (!polite) {
      this.audioSender = this.pc.addTransceiver("audio", { direction: "sendrecv", streams: [own] }).sender;
      this.videoSender = this.pc.addTransceiver("video", { direction: "sendrecv", streams: [own] }).sender;
    }
  }

  /** Messages are worked off one after the other: a candidate must not overtake its description. */
  receive(body: Doc): void {
    this.queue = this.queue.then(() => this.take(body)).catch((error: unknown) => console.warn("call:", error));
  }

  /** Sends these tracks from now on (null: nothing). No new negotiation: a picture starts within the next frame. */
  async show(audio: MediaStreamTrack | null, video: MediaStreamTrack | null, rung: Rung = this.rung): Promise<void> {
    this.tracks = { audio, video };
    this.rung = rung;
    if (this.pc.signalingState === "closed") return;
    this.firstPicture();
    const senders = [[this.videoSender, video], [this.audioSender, audio]] as const; // the picture takes longer: first
    await Promise.all(senders.map(([sender, track]) => sender && sender.track !== track && sender.replaceTrack(track)));
    await this.tune();
  }

  private firstPicture(): void {
    if (this.small === 1 || !this.tracks.video || this.pc.connectionState !== "connected") return;
    this.sharpTimer ??= window.setTimeout(() => this.sharpen(), FIRST_FOR_MS);
  }

  /** The other side sees us: now every letter. */
  sharpen(): void {
    clearTimeout(this.sharpTimer);
    if (this.small === 1) return;
    this.small = 1;
    void this.tune();
  }

  /** Looks for a new path. While an offer is still unanswered, that one already does. */
  restart(): void { if (this.pc.signalingState === "stable") this.pc.restartIce(); }

  /** Relays for the next look for a path. */
  configure(configuration: RTCConfiguration): void {
    if (this.pc.signalingState !== "closed") this.pc.setConfiguration(configuration);
  }

  close(): void {
    clearTimeout(this.sharpTimer);
    this.pc.onicecandidate = this.pc.onnegotiationneeded = this.pc.onconnectionstatechange = null;
    this.pc.ontrack = null;
    this.pc.close();
  }

  private async offer(): Promise<void> {
    if (this.polite && !this.pc.remoteDescription) return; // the first offer is the officer's
    try {
      this.makingOffer = true;
      await this.pc.setLocalDescription();
      this.describe();
    } catch (error) {
      console.warn("call:", error);
    } finally {
      this.makingOffer = false;
    }
  }

  private describe(): void {
    const description = this.pc.localDescription;
    if (description && this.pc.signalingState !== "closed") this.events.send({ k: "desc", d: { type: description.type, sdp: description.sdp } });
  }

  private async take(body: Doc): Promise<void> {
    if (this.pc.signalingState === "closed") return;
    if (body["k"] === "desc") await this.takeDescription(body["d"] as unknown as RTCSessionDescriptionInit);
    else if (body["k"] === "ice") {
      try {
        await this.pc.addIceCandidate(body["c"] as RTCIceCandidateInit);
      } catch (error) {
        if (!this.ignoreOffer) throw error;
      }
    }
  }

  private async takeDescription(description: RTCSessionDescriptionInit): Promise<void> {
    const ready = !this.makingOffer && (this.pc.signalingState === "stable" || this.answerPending);
    const collision = description.type === "offer" && !ready;
    this.ignoreOffer = !this.polite && collision;
    if (this.ignoreOffer) return;
    this.answerPending = description.type === "answer";
    const sdp = withStartBitrate(description.sdp ?? "", START_KBPS);
    await this.pc.setRemoteDescription({ type: description.type, sdp });
    this.answerPending = false;
    if (description.type === "offer") {
      this.adoptTransceivers();
      await this.pc.setLocalDescription();
      this.describe();
    }
    await this.show(this.tracks.audio, this.tracks.video);
  }

  /** The answering side sends on the transceivers of the offer. */
  private adoptTransceivers(): void {
    if (this.audioSender && this.videoSender) return;
    for (const transceiver of this.pc.getTransceivers()) {
      transceiver.direction = "sendrecv";
      transceiver.sender.setStreams?.(this.own);
      if (transceiver.receiver.track.kind === "audio") this.audioSender = transceiver.sender;
      else this.videoSender = transceiver.sender;
    }
  }

  /** One after the other: parameters that were read before others were set are refused. */
  private tune(): Promise<void> {
    this.tuning = this.tuning.then(() => this.setLimits());
    return this.tuning;
  }

  /** After the first picture never scale a paper down: when the network is weak it may come slower, but legible. */
  private async setLimits(): Promise<void> {
    const stills = this.rung === "stills";
    const videoKbps = stills ? STILLS.kbps : this.settings.max_kbps ?? 5000;
    for (const [sender, kbps] of [[this.videoSender, videoKbps], [this.audioSender, AUDIO_KBPS]] as const) {
      const parameters = sender?.getParameters() as (RTCRtpSendParameters & { degradationPreference?: string }) | undefined;
      const encoding = parameters?.encodings?.[0];
      const isVideo = sender === this.videoSender;
      const same = encoding?.maxBitrate === kbps * 1000 && (!isVideo || encoding.scaleResolutionDownBy === this.small);
      if (!sender || !parameters || !encoding || same) continue;
      encoding.maxBitrate = kbps * 1000;
      if (isVideo) {
        encoding.scaleResolutionDownBy = this.small;
        parameters.degradationPreference = "maintain-resolution";
        const framesPerS = stills ? STILLS.framesPerS : this.settings.max_fps;
        if (framesPerS) encoding.maxFramerate = framesPerS;
        else delete encoding.maxFramerate;
      }
      await sender.setParameters(parameters).catch(() => undefined); // an older browser keeps its own limits
    }
  }
}
