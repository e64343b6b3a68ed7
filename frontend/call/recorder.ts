/**
 * Records the call on the officer's page while the server says that everybody has agreed: all voices mixed, and the
 * citizen's picture. A film lasts as long as the picture's track does; after a reload or a pause another one begins.
 */

import type { Doc } from "../live/merge.ts";
import type { LivePage } from "../live/page.ts";
import { ask, tokenIn } from "./ask.ts";
import type { Call } from "./call.ts";
import { Pieces, type Doors, type Stretch, type Taken } from "./pieces.ts";

declare global { interface Window { onetripRecorder?: unknown } }

const PIECE_MS = 3000; // as much is lost when this page dies
const LOOK_EVERY_MS = 500;
const PATIENCE_LOOKS = 10;
const KINDS = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];
const RATES = { videoBitsPerSecond: 1_000_000, audioBitsPerSecond: 32_000 };

/** Every voice in one track, whoever comes and goes. */
class Mixer {
  private readonly context = new AudioContext();
  private readonly mixed = this.context.createMediaStreamDestination();
  private readonly voices = new Map<MediaStreamTrack, AudioNode>();

  get track(): MediaStreamTrack | undefined { return this.mixed.stream.getAudioTracks()[0]; }

  follow(tracks: MediaStreamTrack[]): void {
    if (this.context.state === "suspended") void this.context.resume();
    for (const [track, node] of this.voices) {
      if (track.readyState === "live" && tracks.includes(track)) continue;
      node.disconnect();
      this.voices.delete(track);
    }
    for (const track of tracks) {
      if (track.readyState !== "live" || this.voices.has(track)) continue;
      const node = this.context.createMediaStreamSource(new MediaStream([track]));
      node.connect(this.mixed);
      this.voices.set(track, node);
    }
  }

  close(): void { void this.context.close(); }
}

interface Film { recorder: MediaRecorder; stretch: Stretch; picture: MediaStreamTrack | undefined }

export class Recorder {
  private doc: Doc = {};
  private film: Film | undefined;
  private mixer: Mixer | undefined;
  private pieces: Pieces | undefined;
  private about = ""; // the recording that the pieces belong to
  private waits = 0;
  private elsewhere = false; // another window of this officer records
  private readonly kind = typeof MediaRecorder === "undefined" ? undefined : KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));

  constructor(private readonly call: Call, page: LivePage) {
    page.client.onChange((topic, doc) => { if (topic === `recording:${call.about ?? ""}`) { this.doc = doc; this.elsewhere = false; this.look(); } });
    setInterval(() => this.look(), LOOK_EVERY_MS);
    const state = (): Doc => ({ running: this.film?.recorder.state === "recording", sent: this.pieces?.sent ?? 0, left: this.pieces?.left ?? 0, segment: this.film?.stretch.segment ?? 0 });
    window.onetripRecorder = { get state() { return state(); } };
  }

  private look(): void {
    const { call, doc } = this;
    const wanted = doc["state"] === "running" && call.phase === "connected" && call.link !== "elsewhere" && !this.elsewhere;
    if (this.film && (!wanted || this.film.stretch.over || this.isOver(this.film))) this.stop();
    if (!this.film && wanted && this.kind && this.isReady()) this.start(String(doc["id"]), this.picture, this.kind);
    if (!wanted || this.film) this.waits = 0;
    if (this.film) this.mixer?.follow(this.voices);
    else if (this.pieces && (doc["state"] === "stopped" || call.phase !== "connected")) this.end();
  }

  /** The picture's track is another one, or one has come to the voices. */
  private isOver(film: Film): boolean {
    return film.picture ? film.picture !== this.track : this.picture !== undefined;
  }

  /** Once there is a picture; after a while without one the voices are kept all the same. */
  private isReady(): boolean {
    return this.picture !== undefined || this.waits++ >= PATIENCE_LOOKS;
  }

  private get track(): MediaStreamTrack | undefined {
    return this.remote?.getVideoTracks().find((track) => track.readyState === "live");
  }

  /** The citizen's picture, when something comes. */
  private get picture(): MediaStreamTrack | undefined {
    return this.track?.muted ? undefined : this.track;
  }

  private get remote(): MediaStream | undefined {
    const stream = this.call.watch.video?.srcObject;
    return stream instanceof MediaStream ? stream : undefined;
  }

  private get voices(): MediaStreamTrack[] {
    const guests = Array.from(document.querySelectorAll<HTMLVideoElement>(".guest-tile video"), (video) => video.srcObject);
    const streams = [this.call.media.stream, this.remote, ...guests].filter((one): one is MediaStream => one instanceof MediaStream);
    return streams.flatMap((stream) => stream.getAudioTracks());
  }

  private start(recording: string, picture: MediaStreamTrack | undefined, kind: string): void {
    this.mixer ??= new Mixer();
    this.mixer.follow(this.voices);
    if (recording !== this.about) this.pieces = this.piecesOf(recording);
    this.about = recording;
    const tracks = [picture, this.mixer.track].filter((track): track is MediaStreamTrack => track !== undefined);
    const recorder = new MediaRecorder(new MediaStream(tracks), { mimeType: kind, ...RATES });
    const stretch: Stretch = { type: kind, added: 0, over: false };
    const pieces = this.pieces;
    recorder.ondataavailable = ({ data }) => pieces?.add(stretch, data, recorder.state === "inactive");
    this.film = { recorder, stretch, picture };
    recorder.start(PIECE_MS);
  }

  private stop(): void {
    if (this.film && this.film.recorder.state !== "inactive") this.film.recorder.stop(); // hands out what it still has
    this.film = undefined;
  }

  private end(): void {
    const { pieces } = this;
    this.pieces = undefined;
    this.about = "";
    this.mixer?.close();
    this.mixer = undefined;
    // The last piece comes after the recorder has stopped.
    setTimeout(() => void pieces?.end(), LOOK_EVERY_MS);
  }

  private piecesOf(recording: string): Pieces {
    const place = (this.call.settings.recording_url ?? "").replace("RECORDING", encodeURIComponent(recording));
    const token = (): string => tokenIn(document);
    const doors: Doors = {
      begin: async (type) => (await ask<{ segment: number }>(`${place}segment/`, new URLSearchParams({ type }), token())).segment,
      chunk: (segment, number, digest, content) =>
        ask<Taken>(`${place}chunk/?segment=${segment}&number=${number}&digest=${digest}`, content, token(), "application/octet-stream"),
      finish: () => ask(`${place}finish/`, "", token()),
    };
    return new Pieces(doors, (_stretch, code) => { this.elsewhere = code === "segment_over"; });
  }
}

/** The officer's page records; the others only see that it does. */
export function startRecorder(page: LivePage | undefined, call: Call | undefined): void {
  if (page && call?.role === "officer") new Recorder(call, page);
}
