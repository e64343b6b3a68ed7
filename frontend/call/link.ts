/** One connection of a call with more than two: who greets whom, who begins, and how a broken one comes back. */

import type { Party } from "../live/client.ts";
import type { Doc } from "../live/merge.ts";
import type { LocalMedia } from "./media.ts";
import { Peer, type PeerSettings } from "./peer.ts";

const RENEW_AFTER_MS = 3000;
/** Whoever stands further in front begins; two offers that cross are settled by the same order (W3C WebRTC 10.7). */
const ORDER: readonly Party[] = ["officer", "citizen", "guest1", "guest2", "guest"];

export const isPolite = (self: Party, other: Party): boolean => ORDER.indexOf(self) > ORDER.indexOf(other);

export interface Wire {
  send(body: Doc, to: Party): void;
  configuration(): Promise<RTCConfiguration>;
  seen(stream: MediaStream): void;
}

export class Link {
  state = "new";
  private readonly session = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  private theirs = "";
  private epoch = 0;
  private peer: Peer | undefined;
  private timer: number | undefined;
  private readonly polite: boolean;

  constructor(
    self: Party, readonly other: Party, private readonly media: LocalMedia, private readonly settings: PeerSettings,
    private readonly wire: Wire,
  ) {
    this.polite = isPolite(self, other);
    this.greet();
  }

  greet(answer = false): void { this.wire.send({ k: "hello", s: this.session, answer }, this.other); }

  receive(body: Doc): void {
    if (body["k"] === "hello") { this.greeted(body); return; }
    if (body["s"] !== this.theirs || body["to"] !== this.session) return;
    if (body["k"] === "renew") { if (!this.polite) void this.begin(); return; }
    const epoch = Number(body["e"] ?? 0);
    if (this.polite && epoch > this.epoch && body["k"] === "desc") void this.make(epoch).then(() => this.peer?.receive(body));
    else if (epoch === this.epoch) this.peer?.receive(body);
  }

  /** Camera and microphone may have come, or gone, since. */
  sync(): void { void this.peer?.show(this.media.audio, this.media.video, "video"); }

  close(): void {
    clearTimeout(this.timer);
    this.peer?.close();
    this.peer = undefined;
  }

  private greeted(body: Doc): void {
    const isNew = body["s"] !== this.theirs;
    this.theirs = String(body["s"] ?? "");
    if (body["answer"] !== true) this.greet(true);
    if (!this.polite && (isNew || this.state !== "connected")) void this.begin();
  }

  private async begin(): Promise<void> { await this.make(Date.now()); }

  private async make(epoch: number): Promise<void> {
    this.close();
    this.epoch = epoch;
    const own = this.media.stream;
    const configuration = await this.wire.configuration();
    if (!own || this.epoch !== epoch || this.peer) return;
    const from = { s: this.session, to: this.theirs, e: epoch };
    this.peer = new Peer(this.polite, this.settings, configuration, own, {
      send: (body) => this.wire.send({ ...body, ...from }, this.other),
      state: (state) => this.changed(state),
      remote: (stream) => this.wire.seen(stream),
    });
    this.expect();
    this.sync();
  }

  private changed(state: RTCPeerConnectionState): void {
    this.state = state;
    if (state === "connected") clearTimeout(this.timer);
    else if (state === "failed" || state === "disconnected") this.expect();
  }

  private expect(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      if (this.state === "connected") return;
      if (!this.theirs) this.greet();
      else if (this.polite) this.wire.send({ k: "renew", s: this.session, to: this.theirs }, this.other);
      else void this.begin();
      this.expect();
    }, RENEW_AFTER_MS);
  }
}
