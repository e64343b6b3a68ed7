/**
 * The others in a call: colleagues, a supervisor, family. Everybody sends to everybody, four at most. Two who talk are
 * told of one another by the topic of the guest (of two guests: of the one with the higher seat).
 */

import type { Party, ServerMessage } from "../live/client.ts";
import { at, isObject, type Doc } from "../live/merge.ts";
import type { LivePage } from "../live/page.ts";
import { settingsOf, type Call } from "./call.ts";
import { Link } from "./link.ts";
import type { LocalMedia } from "./media.ts";
import { Relays } from "./relays.ts";

const LOOK_EVERY_MS = 1000;
const KBPS = 1200; // to each of three others: the paper goes to the officer at full rate, by the call's own connection
const FRAMES_PER_S = 15; // a phone encodes for each of the others: legible papers before smooth faces

declare global { interface Window { onetripCompany?: unknown } }

/** Who this page is: one of the parties, or the guest with this id and seat. */
export interface Self { party: Party; guest?: string; seat?: number }

export interface Wanted { topic: string; self: Party; other: Party; label: string }

/** Whom to be connected with, by the guests of the call's document. Pure. */
export function wanted(self: Self, guests: Doc): Wanted[] {
  const here = Object.entries(guests).filter(([, entry]) => at(entry, "state") === "here");
  const name = (entry: unknown): string => `${String(at(entry as Doc, "kind") ?? "")}|${String(at(entry as Doc, "name") ?? "")}`;
  if (!self.guest) return here.map(([id, entry]) => ({ topic: `guest:${id}`, self: self.party, other: "guest", label: name(entry) }));
  const own = `guest:${self.guest}`;
  if (!here.some(([id]) => id === self.guest)) return [];
  const parties = (["officer", "citizen"] as const).map((other): Wanted => ({ topic: own, self: "guest", other, label: `${other}|` }));
  const others = here.filter(([id]) => id !== self.guest).map(([id, entry]): Wanted => {
    const seat = Number(at(entry, "seat"));
    return seat > (self.seat ?? 0)
      ? { topic: `guest:${id}`, self: `guest${self.seat}` as Party, other: "guest", label: name(entry) }
      : { topic: own, self: "guest", other: `guest${seat}` as Party, label: name(entry) };
  });
  return [...parties, ...others];
}

export class Mesh {
  private readonly links = new Map<string, Link>();
  private readonly tiles = new Map<string, HTMLElement>();
  private readonly settings = settingsOf();
  private readonly relays: Relays;

  constructor(
    private readonly page: LivePage, private readonly self: Self, private readonly media: LocalMedia,
    private readonly about: () => string | undefined,
  ) {
    this.relays = new Relays(this.settings, () => undefined);
    page.client.onMessage((message) => this.hear(message));
    page.client.onStatus((status) => { if (status === "online") this.links.forEach((link) => link.greet()); });
    setInterval(() => this.look(), LOOK_EVERY_MS);
    page.client.onChange((topic) => { if (topic === `consultation:${about() ?? ""}`) this.look(); });
    window.onetripCompany = { states: () => Object.fromEntries(Array.from(this.links, ([key, link]) => [key, link.state])) };
  }

  /** Compares who is there with who should be. */
  private look(): void {
    const doc = this.page.client.doc(`consultation:${this.about() ?? ""}`);
    const talks = doc?.["state"] === "connected" && doc["mode"] !== "chat";
    const guests = doc && isObject(doc["guests"]) ? doc["guests"] : {};
    const should = new Map(talks ? wanted(this.self, guests).map((one) => [`${one.topic}/${one.other}`, one]) : []);
    for (const [key, link] of this.links) {
      if (should.has(key)) link.sync();
      else this.forget(key, link);
    }
    for (const [key, one] of should) if (!this.links.has(key)) this.meet(key, one);
  }

  private meet(key: string, one: Wanted): void {
    this.page.client.subscribe(one.topic);
    const send = (body: Doc, to: Party): void => this.page.client.signal(one.topic, body, to);
    const configuration = async (): Promise<RTCConfiguration> => { await this.relays.ready(); return this.relays.configuration; };
    const seen = (stream: MediaStream): void => this.show(key, one.label, stream);
    this.links.set(key, new Link(one.self, one.other, this.media, { ...this.settings, max_kbps: KBPS, max_fps: FRAMES_PER_S }, { send, configuration, seen }));
  }

  private forget(key: string, link: Link): void {
    link.close();
    this.links.delete(key);
    this.tiles.get(key)?.remove();
    this.tiles.delete(key);
    const topic = key.split("/")[0] ?? "";
    if (topic !== `guest:${this.self.guest ?? ""}`) this.page.client.unsubscribe(topic);
  }

  private hear(message: ServerMessage): void {
    if (message.op !== "signal" && message.op !== "peer") return;
    const link = this.links.get(`${message.topic}/${message.from}`);
    if (message.op === "signal") link?.receive(message.body);
    else if (message.present) link?.greet();
  }

  private show(key: string, label: string, stream: MediaStream): void {
    const box = document.querySelector<HTMLElement>("[data-guests]");
    if (!box) return;
    const [kind = "", name = ""] = label.split("|");
    const words = JSON.parse(box.dataset["words"] ?? "{}") as Record<string, string>;
    const tile = this.tiles.get(key) ?? document.createElement("figure");
    if (!tile.isConnected) {
      tile.className = "guest-tile";
      tile.dataset["party"] = kind;
      const video = document.createElement("video"), caption = document.createElement("figcaption");
      video.autoplay = video.playsInline = true;
      caption.textContent = [words[kind] ?? kind, name].filter(Boolean).join(" · ");
      tile.append(video, caption);
      box.append(tile);
      this.tiles.set(key, tile);
    }
    const video = tile.querySelector("video");
    if (!video) return;
    if (video.srcObject !== stream) video.srcObject = stream;
    void video.play().catch(() => { video.muted = true; return video.play().catch(() => undefined); });
  }
}

/** The pages of the two parties. */
export function startMesh(page: LivePage | undefined, call: Call | undefined): void {
  if (page && call) new Mesh(page, { party: call.role }, call.media, () => call.about);
}
