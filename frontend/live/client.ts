/** One WebSocket a page: a snapshot of every topic, then numbered changes; lost connections come back by themselves. */

import { merge, type Doc } from "./merge.ts";

export type Status = "connecting" | "online" | "offline";
export type Party = "citizen" | "officer" | "guest" | "guest1" | "guest2";
export type ServerMessage =
  | { op: "snapshot"; topic: string; seq: number; doc: Doc; now?: number }
  | { op: "event"; topic: string; seq: number; patch: Doc }
  | { op: "signal"; topic: string; from: Party; body: Doc }
  | { op: "peer"; topic: string; from: Party; present: boolean }
  | { op: "refused"; topic: string; code: string }
  | { op: "pong" };

export interface Held { seq: number; doc: Doc }
export type Taken = "same" | "changed" | "gap";

/**
 * Takes a snapshot or an event into what the page holds. Pure but for the map it is given.
 * An event that was seen before changes nothing; one that comes too early is a "gap": ask again from the held number.
 */
export function take(held: Map<string, Held>, message: ServerMessage): Taken {
  if (message.op === "snapshot") {
    held.set(message.topic, { seq: message.seq, doc: message.doc });
    return "changed";
  }
  if (message.op !== "event") return "same";
  const have = held.get(message.topic);
  if (!have || message.seq > have.seq + 1) return "gap";
  if (message.seq <= have.seq) return "same";
  held.set(message.topic, { seq: message.seq, doc: merge(have.doc, message.patch) as Doc });
  return "changed";
}

const LONGEST_WAIT_MS = 20_000;
const LONGEST_IN_A_CALL_MS = 1000; // few are in one, and they miss each other

/** Milliseconds before the next attempt: doubling from 0.5 s to 20 s, half of it by chance, so that a restarted server is not stormed. */
export function backoff(attempt: number, random: () => number = Math.random, longest = LONGEST_WAIT_MS): number {
  const ceiling = Math.min(longest, 500 * 2 ** Math.min(attempt, 6));
  return ceiling / 2 + random() * (ceiling / 2);
}

type Change = (topic: string, doc: Doc) => void;
type Listener = (message: ServerMessage) => void;

const PING_EVERY_MS = 20_000;
const SILENCE_MS = 45_000;
const CLOSED_SIGNED_OUT = 4401;

export class LiveClient {
  status: Status = "offline";
  inCall = false;
  readonly held = new Map<string, Held>();
  private socket: WebSocket | null = null;
  private wanted = new Set<string>();
  private changes = new Set<Change>();
  private listeners = new Set<Listener>();
  private statuses = new Set<(status: Status) => void>();
  private attempt = 0;
  private retry: number | undefined;
  private heardAt = 0;

  constructor(private readonly url: string) {
    addEventListener("online", () => this.hurry());
    addEventListener("pageshow", () => this.hurry());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.hurry(); });
    setInterval(() => this.beat(), PING_EVERY_MS);
  }

  /** Follows a topic from now on. Asking twice changes nothing. */
  subscribe(topic: string): void {
    if (this.wanted.has(topic)) return;
    this.wanted.add(topic);
    if (!this.socket && this.retry === undefined) this.connect();
    else this.send({ op: "subscribe", topics: { [topic]: this.held.get(topic)?.seq ?? null } });
  }

  unsubscribe(topic: string): void {
    if (!this.wanted.delete(topic)) return;
    this.held.delete(topic);
    this.send({ op: "unsubscribe", topics: [topic] });
  }

  doc(topic: string): Doc | undefined { return this.held.get(topic)?.doc; }

  /** Sends a word to the other party of a topic. What cannot be sent now is dropped: both sides begin anew after a reconnect. */
  signal(topic: string, body: Doc, to: Party | "" = ""): void { this.send({ op: "signal", topic, body, ...(to ? { to } : {}) }); }

  /** `first`: before the others, for what must not wait until the page is written. */
  onChange(listener: Change, first = false): void { this.changes = new Set(first ? [listener, ...this.changes] : [...this.changes, listener]); }
  onMessage(listener: Listener): void { this.listeners.add(listener); }
  onStatus(listener: (status: Status) => void): void { this.statuses.add(listener); listener(this.status); }

  /** Closes the socket as a lost network would; it is opened again. */
  drop(): void { this.socket?.close(); }

  private send(message: Doc): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private connect(): void {
    this.retry = undefined;
    this.become("connecting");
    const address = new URL(this.url, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    this.socket = socket;
    socket.onopen = () => {
      this.heardAt = Date.now();
      const topics: Doc = {};
      for (const topic of this.wanted) topics[topic] = this.held.get(topic)?.seq ?? null;
      this.send({ op: "subscribe", topics });
      this.become("online");
    };
    socket.onmessage = (event) => {
      this.heardAt = Date.now();
      this.attempt = 0;
      this.receive(String(event.data));
    };
    socket.onclose = (event) => { if (this.socket === socket) this.lost(event.code); };
  }

  private receive(text: string): void {
    const message = JSON.parse(text) as ServerMessage;
    if ("topic" in message && !this.wanted.has(message.topic)) return;
    const taken = take(this.held, message);
    if (taken === "gap" && "topic" in message) {
      this.send({ op: "subscribe", topics: { [message.topic]: this.held.get(message.topic)?.seq ?? null } });
    } else if (taken === "changed" && "topic" in message) {
      const doc = this.held.get(message.topic)?.doc ?? {};
      this.changes.forEach((listener) => listener(message.topic, doc));
    }
    this.listeners.forEach((listener) => listener(message));
  }

  private lost(code: number): void {
    this.socket = null;
    this.become("offline");
    if (code === CLOSED_SIGNED_OUT) { dispatchEvent(new CustomEvent("live:signed-out")); return; }
    if (this.wanted.size === 0) return;
    this.retry = window.setTimeout(() => this.connect(), backoff(this.attempt++, Math.random, this.inCall ? LONGEST_IN_A_CALL_MS : LONGEST_WAIT_MS));
  }

  /** The network or the page is back: do not wait for the next attempt. */
  private hurry(): void {
    if (this.retry !== undefined) {
      clearTimeout(this.retry);
      this.connect();
    } else this.beat();
  }

  private beat(): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    if (Date.now() - this.heardAt > SILENCE_MS) { // a dead connection that nobody closed
      const dead = this.socket;
      dead.onclose = null;
      dead.close();
      this.lost(1006);
    } else this.send({ op: "ping" });
  }

  private become(status: Status): void {
    if (this.status === status) return;
    this.status = status;
    this.statuses.forEach((listener) => listener(status));
  }
}

export type { Doc };
