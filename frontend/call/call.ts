/** A video consultation in a page: who talks to whom, when media flow, and how a broken connection comes back. */

import type { LivePage } from "../live/page.ts";
import { at, type Doc } from "../live/merge.ts";
import type { Party, ServerMessage } from "../live/client.ts";
import { lower, START, step, type Measured, type Rung, type Standing } from "./ladder.ts";
import { LocalMedia } from "./media.ts";
import { Peer, type PeerSettings } from "./peer.ts";
import { Relays, type RelaySettings } from "./relays.ts";
import { Sessions } from "./sessions.ts";
import { Watch } from "./watch.ts";

export type Link = "idle" | "connecting" | "connected" | "interrupted" | "elsewhere";

export interface CallSettings extends PeerSettings, RelaySettings { quality_url?: string; recording_url?: string; ring_title?: string; ring_body?: string; ring_icon?: string }

const RESTART_AFTER_MS = 1500; // a lost path: ask for a new one
const RENEW_AFTER_MS = 8000; // still nothing: a new connection from scratch
const JOINED = new Set(["ringing", "connected"]);

export function settingsOf(): CallSettings {
  return JSON.parse(document.getElementById("call-config")?.textContent || "{}") as CallSettings;
}

/** What identifies the pairing: a call that went on to another post must not keep the old connection. Pure. */
export const pairing = (doc: Doc): string => `${String(at(doc, "officer.post") ?? "")}/${String(at(doc, "officer.name") ?? "")}`;

export class Call {
  readonly media: LocalMedia;
  readonly watch: Watch;
  link: Link = "idle";
  peerPresent = false;
  consultation: string | undefined;
  private state = "";
  private pair = "";
  private joined = false;
  private stood = false; // there was a connection in this call: without one now, it is interrupted
  private epoch = 0;
  private peer: Peer | undefined;
  private sessions = new Sessions(crypto.randomUUID?.() ?? String(Math.random()).slice(2));
  private told: Doc = {};
  private standing: Standing = START;
  readonly relays: Relays;
  private restartTimer: number | undefined;
  private renewTimer: number | undefined;
  private readonly parties: { self: Party; other: Party };

  constructor(readonly role: "citizen" | "officer", private readonly page: LivePage, readonly settings: CallSettings, private readonly changed: () => void) {
    this.parties = { self: role, other: role === "citizen" ? "officer" : "citizen" };
    this.media = new LocalMedia(role, () => { void this.sendMedia(); this.tell(); changed(); });
    this.watch = new Watch(() => { this.tell(); changed(); }, () => this.renew(), (now) => this.measured(now), () => this.restart());
    this.relays = new Relays(settings, (configuration) => this.peer?.configure(configuration));
    page.client.onChange((topic, doc) => { if (topic === this.topic) this.follow(doc); }, true);
    page.client.onMessage((message) => this.hear(message));
    page.client.onStatus((status) => { if (status === "online") this.onlineAgain(); });
    addEventListener("online", () => this.networkChanged());
    const network = (navigator as Navigator & { connection?: EventTarget }).connection;
    network?.addEventListener("change", () => this.networkChanged());
    addEventListener("pagehide", () => this.say(...this.sessions.leave()));
  }

  get session(): string { return this.sessions.self; }
  get about(): string | undefined { return this.consultation; }
  get phase(): string { return this.state; }
  get connection(): RTCPeerConnection | undefined { return this.peer?.pc; }
  private get films(): boolean { return this.media.state === "asking" || this.media.state === "on"; }
  private get topic(): string { return `consultation:${this.consultation ?? ""}`; }

  /** Which consultation this page is about; undefined: none now. */
  attach(consultation: string | undefined): void {
    if (consultation === this.consultation) return;
    if (this.consultation) {
      this.part();
      this.page.client.unsubscribe(this.topic);
    }
    this.consultation = consultation;
    this.state = this.pair = "";
    if (!consultation) { this.relays.stop(); return; }
    void this.relays.renew();
    this.page.client.subscribe(this.topic);
    const doc = this.page.client.doc(this.topic);
    if (doc) this.follow(doc);
  }

  /** Takes the call into this window from another one of the same person. */
  takeOver(): void {
    if (!this.joined) return;
    this.become("connecting");
    if (this.media.remembered) void this.media.start();
    this.say(...this.sessions.join(true, true));
  }

  private follow(doc: Doc): void {
    const before = this.state;
    this.state = String(doc["state"] ?? "");
    const pair = pairing(doc);
    const otherPost = this.joined && pair !== this.pair;
    const wanted = JOINED.has(this.state) && doc["mode"] !== "chat"; // a chat shows nobody's face
    if (this.joined && (!wanted || otherPost)) this.part();
    this.pair = pair;
    if (!this.joined && wanted) {
      this.joined = this.page.client.inCall = true;
      this.become("connecting");
      this.say(...this.sessions.join(true, this.films));
      this.tell(true);
    } else if (before !== "connected" && this.state === "connected" && this.sessions.retired && document.hasFocus()) this.say(...this.sessions.join());
    void this.sendMedia();
    this.changed();
  }

  private part(): void {
    this.say(...this.sessions.leave());
    this.joined = this.stood = this.page.client.inCall = false;
    this.drop();
    this.watch.clear();
    this.sessions = new Sessions(this.sessions.self);
    this.told = {};
    this.standing = START;
    this.peerPresent = false;
    this.become("idle");
  }

  /** Another window has the call: give it the camera, too. */
  private retire(): void {
    this.drop();
    this.watch.clear();
    this.media.stop();
    this.become("elsewhere");
  }

  private hear(message: ServerMessage): void {
    if (!("topic" in message) || message.topic !== this.topic || !this.joined) return;
    if (message.op === "peer" && message.from === this.parties.other) {
      this.peerPresent = message.present;
      if (!message.present) this.sessions.peerGone();
      this.changed();
    } else if (message.op === "signal" && message.from === this.parties.other) this.take(message.body);
  }

  private take(body: Doc): void {
    const kind = body["k"];
    if (kind === "hello" || kind === "use" || kind === "bye") { this.greeted(body); return; }
    if (this.sessions.retired || body["s"] !== this.sessions.peer || body["to"] !== this.session) return;
    if (kind === "media") {
      this.watch.peerMuted = body["muted"] === true;
      this.watch.peerCameraOff = body["camera_off"] === true;
      if (body["camera_off"] === false) this.sessions.peerFilms();
      if (body["seen"] === true) this.peer?.sharpen();
      this.watch.peerRung = (["stills", "chat"] as const).find((rung) => rung === body["rung"]) ?? "video";
      this.changed();
    } else if (kind === "renew") { if (this.role === "officer") this.begin(); }
    else if (kind === "restart") { if (this.role === "officer") this.restart(); }
    else this.negotiate(body);
  }

  private greeted(body: Doc): void {
    const outcome = this.sessions.receive(body);
    this.say(...outcome.send);
    if (outcome.retired === true) {
      if (outcome.lightly && this.films) this.takeOver(); // the other side did not know yet that somebody is here
      else this.retire();
      return;
    }
    if (outcome.retired === false && this.sessions.retired && !document.hidden) { this.takeOver(); return; }
    if (outcome.chosen && this.link === "elsewhere") {
      this.become("connecting");
      if (this.media.remembered) void this.media.start();
    }
    if (body["k"] === "hello") { this.peerPresent = true; this.tell(true); }
    if (outcome.renewed) {
      this.drop();
      this.become(this.stood ? "interrupted" : "connecting");
      if (this.sessions.peer && this.role === "officer") this.begin();
    }
  }

  private negotiate(body: Doc): void {
    const epoch = Number(body["e"] ?? 0);
    if (this.role === "citizen" && epoch > this.epoch && body["k"] === "desc") {
      this.drop();
      this.epoch = epoch;
      this.make();
    }
    if (epoch === this.epoch) this.peer?.receive(body);
  }

  /** The officer's side begins a connection from scratch. */
  private begin(): void {
    this.drop();
    const epoch = this.epoch = Date.now();
    void this.relays.ready().then(() => { if (this.epoch === epoch && !this.peer && this.joined) this.make(); });
  }

  private make(): void {
    const own = this.media.stream;
    if (!own || this.media.state === "unsupported") return;
    this.become(this.stood ? "interrupted" : "connecting");
    // Words carry the connection they are about: one that was closed meanwhile must not speak for its successor.
    const from = { s: this.session, to: this.sessions.peer ?? "", e: this.epoch };
    this.peer = new Peer(this.role === "citizen", this.settings, this.relays.configuration, own, {
      send: (body) => this.say({ ...body, ...from }),
      state: (state) => this.linked(state),
      remote: (stream) => this.watch.receive(stream),
    });
    this.watch.attach(this.peer.pc);
    this.expect();
    void this.sendMedia();
  }

  private drop(): void {
    clearTimeout(this.restartTimer);
    clearTimeout(this.renewTimer);
    this.peer?.close();
    this.peer = undefined;
    this.epoch = 0;
    this.watch.detach();
  }

  private linked(state: RTCPeerConnectionState): void {
    clearTimeout(this.restartTimer);
    if (state === "connected") {
      clearTimeout(this.renewTimer);
      this.stood = true;
      this.become("connected");
      this.tell(true);
    } else if (state === "disconnected" || state === "failed") {
      this.become("interrupted");
      this.restartTimer = window.setTimeout(() => this.restart(), state === "failed" ? 0 : RESTART_AFTER_MS);
      this.expect();
    }
  }

  /**
   * Looks for a new network path. Always the officer's side offers, also when the citizen's side has noticed: two
   * restarts that cross, one of them rolled back, leave browsers sending on paths that the other has left.
   */
  private restart(): void {
    if (!this.peer || !this.sessions.peer) return;
    if (this.role === "officer") this.peer.restart();
    else this.say({ k: "restart", s: this.session, to: this.sessions.peer });
  }

  /** From Wi-Fi to the mobile network, or back: the old path is dead, whatever the connection still believes. */
  private networkChanged(): void {
    if (!this.joined) return;
    void this.relays.ready().then(() => this.restart());
  }

  /** Once a second: is what we send still right for the network? */
  private measured(now: Measured): void {
    if (!this.joined || this.state !== "connected" || this.sessions.retired) return;
    const before = this.standing.rung;
    const films = this.media.video !== null && !this.media.cameraOff; // who sends no picture asks little of the network
    this.standing = step(this.standing, films ? now : { ...now, sendKbps: null });
    if (this.standing.rung === before) return;
    void this.sendMedia();
    this.tell();
  }

  /** What the two can see of one another: the weaker side decides. */
  get rung(): Rung { return lower(this.standing.rung, this.watch.peerRung); }

  /** Unless the connection stands in time, begin again. */
  private expect(): void {
    clearTimeout(this.renewTimer);
    this.renewTimer = window.setTimeout(() => {
      if (!this.joined || this.sessions.retired || this.peer?.pc.connectionState === "connected") return;
      if (this.sessions.peer) this.renew();
      else this.say(...this.sessions.join(false));
      this.expect();
    }, RENEW_AFTER_MS);
  }

  /** A new connection from scratch; the officer's side makes it. */
  private renew(): void {
    if (this.role === "officer" && this.sessions.peer) this.begin();
    else this.say({ k: "renew", s: this.session, to: this.sessions.peer ?? "" });
  }

  /** The socket is back: words may have been lost meanwhile. */
  private onlineAgain(): void {
    if (!this.joined || this.sessions.retired) return;
    this.say(...this.sessions.join(false));
    this.tell(true);
    const connection = this.peer?.pc;
    if (!connection) return;
    if (connection.connectionState !== "connected" || connection.signalingState !== "stable") this.renew();
  }

  /** Sound and picture flow only while connected; before, the path is only prepared. */
  private async sendMedia(): Promise<void> {
    const live = this.joined && this.state === "connected" && !this.sessions.retired;
    const sends = live && this.standing.rung !== "chat";
    const sent = this.peer?.show(sends ? this.media.audio : null, sends ? this.media.video : null, this.standing.rung);
    this.watch.setLive(live);
    await sent;
  }

  private tell(anyway = false): void {
    if (!this.joined || !this.sessions.peer) return;
    const now: Doc = { k: "media", s: this.session, to: this.sessions.peer, muted: this.media.muted || !this.media.audio, camera_off: this.media.cameraOff || !this.media.video, rung: this.standing.rung, seen: this.watch.firstFrameAt !== null };
    if (!anyway && JSON.stringify(now) === JSON.stringify(this.told)) return;
    this.told = now;
    this.say(now);
  }

  private say(...bodies: Doc[]): void {
    if (this.joined) bodies.forEach((body) => this.page.client.signal(this.topic, body));
  }

  private become(link: Link): void {
    if (this.link === link) return;
    this.link = link;
    this.changed();
  }

  /** The call's own state for the page's bindings. */
  get local(): Doc {
    return {
      media: this.media.state, audio_only: this.media.audioOnly, muted: this.media.muted, camera_off: this.media.cameraOff,
      facing: this.media.facing, cameras: this.media.cameras, link: this.link, peer: this.peerPresent, rung: this.rung, ...this.watch.local,
    };
  }
}

