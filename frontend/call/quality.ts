/** Tells the city how picture and sound of a call were: sums, every half minute and at the end. Statistics, nothing else. */

import type { Call } from "./call.ts";

export interface Sums { height: number; received: number; lost: number; freezes: number; frozen_ms: number; relayed: boolean | null }

export const NOTHING: Sums = { height: 0, received: 0, lost: 0, freezes: 0, frozen_ms: 0, relayed: null };
const LOOK_EVERY_MS = 5000;
const LOOKS_PER_REPORT = 6;

interface Stat {
  type: string; kind?: string; packetsReceived?: number; packetsLost?: number; freezeCount?: number; totalFreezesDuration?: number;
  frameHeight?: number; frameWidth?: number; selectedCandidatePairId?: string; localCandidateId?: string; remoteCandidateId?: string; candidateType?: string;
}

/** What one connection has received so far. Pure. */
export function sumsOf(stats: Map<string, Stat>): Sums {
  const sums = { ...NOTHING };
  for (const stat of stats.values()) {
    if (stat.type === "inbound-rtp") {
      sums.received += stat.packetsReceived ?? 0;
      sums.lost += Math.max(0, stat.packetsLost ?? 0);
      sums.freezes += stat.freezeCount ?? 0;
      sums.frozen_ms += Math.round((stat.totalFreezesDuration ?? 0) * 1000);
      // A phone held upright sends tall pictures: what counts for reading is the shorter side.
      sums.height = Math.max(sums.height, Math.min(stat.frameHeight ?? 0, stat.frameWidth ?? 0));
    } else if (stat.type === "transport" && stat.selectedCandidatePairId) {
      const path = stats.get(stat.selectedCandidatePairId);
      const ends = [path?.localCandidateId, path?.remoteCandidateId].map((id) => id ? stats.get(id)?.candidateType : undefined);
      if (ends.some((type) => type !== undefined)) sums.relayed = ends.includes("relay");
    }
  }
  return sums;
}

/** Sums over connections that followed each other. Pure. */
export const together = (before: Sums, now: Sums): Sums => ({
  height: Math.max(before.height, now.height), received: before.received + now.received, lost: before.lost + now.lost,
  freezes: before.freezes + now.freezes, frozen_ms: before.frozen_ms + now.frozen_ms, relayed: now.relayed ?? before.relayed,
});

export class Quality {
  private about: string | undefined;
  private session = "";
  private began = 0;
  private setupMs: number | null = null;
  private before = NOTHING;
  private now = NOTHING;
  private pc: RTCPeerConnection | undefined;
  private timer: number | undefined;
  private looks = 0;

  constructor(private readonly call: Call) {
    addEventListener("pagehide", () => { if (this.about) this.report(); });
  }

  /** Whenever something about the call has changed. */
  follow(): void {
    const talking = this.call.phase === "connected" && this.call.link !== "elsewhere" ? this.call.consultation : undefined;
    if (talking !== this.about) {
      if (this.about) this.end();
      if (talking) this.begin(talking);
    }
    const first = this.call.watch.firstFrameAt;
    if (this.about && this.setupMs === null && first !== null) this.setupMs = Math.max(0, Math.round(first - this.began));
  }

  private begin(consultation: string): void {
    this.about = consultation;
    this.session = (crypto.randomUUID?.() ?? `${Math.random()}${Math.random()}`).replace(/[^0-9a-z]/g, "").slice(0, 16);
    this.began = performance.timeOrigin + performance.now();
    this.setupMs = null;
    this.before = this.now = NOTHING;
    this.pc = undefined;
    this.looks = 0;
    this.timer = window.setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  private end(): void {
    clearInterval(this.timer);
    this.report();
    this.about = undefined;
  }

  private async look(): Promise<void> {
    const pc = this.call.connection, about = this.about;
    const stats = await pc?.getStats().catch(() => undefined);
    if (!stats || about !== this.about) return;
    if (pc !== this.pc) { // a new connection counts from nought
      this.before = together(this.before, this.now);
      this.pc = pc;
    }
    this.now = sumsOf(stats as unknown as Map<string, Stat>);
    if (++this.looks % LOOKS_PER_REPORT === 0) this.report();
  }

  private report(): void {
    const { quality_url } = this.call.settings;
    const token = document.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value;
    if (!quality_url || !token || !this.about) return;
    const lasted_s = Math.round((performance.timeOrigin + performance.now() - this.began) / 1000);
    const body = JSON.stringify({ session: this.session, lasted_s, setup_ms: this.setupMs, ...together(this.before, this.now) });
    // `keepalive`: the last report is sent while the page goes.
    void fetch(quality_url.replace("CONSULTATION", this.about), {
      method: "POST", keepalive: true, credentials: "same-origin", body,
      headers: { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json", "X-Requested-With": "fetch" },
    }).catch(() => undefined); // statistics: a report that is lost is no loss
  }
}
