/**
 * What this side sends over the network it has: moving pictures, sound with a picture a second, or nothing but chat.
 * Pure: one measurement in, the next standing out.
 */

export type Rung = "video" | "stills" | "chat";

/** What one second of the call measured. `null`: the browser could not say. */
export interface Measured {
  /** What the sender believes the network carries. */
  sendKbps: number | null;
  /** Share of our packets that did not arrive, 0 to 1; see `Losses`. */
  lost: number | null;
  roundTripS: number | null;
  /** Is there a path at all? */
  connected: boolean;
}

export interface Standing {
  rung: Rung;
  /** Seconds in a row that were too bad for this rung, or good enough for the next. */
  bad: number;
  good: number;
  /** Seconds of good network asked for before the next try; doubles when a try failed. */
  patience: number;
  /** Seconds since the last climb; a fall soon after it was a failed try. */
  since: number;
  /** Seconds in a row without any path. */
  away: number;
}

const REPORTS = 5;

/**
 * What the other side's reports (RFC 3550, 6.4.1) say of our packets. They come every one to five seconds and stay to
 * be read until the next: each counts once. A single one means little: five per cent loss among 25 packets of sound
 * shows as 12 in one report and as 0 in the next, and the first after a cut tells of nothing but the cut. So the
 * median of the last five of each stream, and of the streams the worse.
 */
export class Losses {
  private readonly streams = new Map<string, { at: number; shares: number[] }>();

  /** `at`: when the report came. The same report may be told many times. */
  hear(stream: string, at: number, share: number): void {
    const known = this.streams.get(stream);
    if (known?.at === at) return;
    this.streams.set(stream, { at, shares: [...(known?.shares ?? []), share].slice(-REPORTS) });
  }

  forget(): void { this.streams.clear(); }

  get share(): number | null {
    const medians = [...this.streams.values()].map(({ shares }) => [...shares].sort((a, b) => a - b)[(shares.length - 1) >> 1]!);
    return medians.length ? Math.max(...medians) : null;
  }
}

const DOWN_AFTER: Record<Rung, number> = { video: 4, stills: 8, chat: Infinity };
const FIRST_PATIENCE_S = 8;
const LONGEST_PATIENCE_S = 64;
const TRIAL_S = 15;
const CHAT_AFTER_S = 10; // without a path: what is typed gets through as soon as anything does
const UP: Record<Rung, Rung> = { video: "video", stills: "video", chat: "stills" };
const DOWN: Record<Rung, Rung> = { video: "stills", stills: "chat", chat: "chat" };

export const START: Standing = { rung: "video", bad: 0, good: 0, patience: FIRST_PATIENCE_S, since: TRIAL_S, away: 0 };

/** Below this a rung cannot be held. */
function tooBad(rung: Rung, now: Measured): boolean {
  const { sendKbps, lost, roundTripS } = now;
  if (rung === "video") return (sendKbps !== null && sendKbps < 200) || (lost !== null && lost > 0.12);
  return (sendKbps !== null && sendKbps < 20) || (lost !== null && lost > 0.4) || (roundTripS !== null && roundTripS > 4);
}

/**
 * Good enough to try the next rung. The sender's estimate does not grow while little is sent, so that loss and delay
 * decide; whether the network carries more is found out by trying.
 */
function goodEnough(rung: Rung, now: Measured): boolean {
  const mostLost = rung === "stills" ? 0.05 : 0.2, slowest = rung === "stills" ? 1.5 : 3;
  return (now.lost === null || now.lost <= mostLost) && (now.roundTripS === null || now.roundTripS <= slowest);
}

/**
 * Where this side stands one second later. A path that is gone says nothing about the next one: when it is back, what
 * was sent before is sent again, and after a long absence everything.
 */
export function step(standing: Standing, now: Measured): Standing {
  if (!now.connected) {
    const away = standing.away + 1;
    return { ...standing, bad: 0, good: 0, away, rung: away >= CHAT_AFTER_S ? "chat" : standing.rung };
  }
  if (standing.away >= CHAT_AFTER_S) return START;
  if (standing.away > 0) standing = { ...standing, away: 0 };
  const bad = tooBad(standing.rung, now) ? standing.bad + 1 : 0;
  const good = goodEnough(standing.rung, now) ? standing.good + 1 : 0;
  const since = standing.since + 1;
  if (bad >= DOWN_AFTER[standing.rung]) {
    const patience = since <= TRIAL_S ? Math.min(LONGEST_PATIENCE_S, standing.patience * 2) : FIRST_PATIENCE_S;
    return { rung: DOWN[standing.rung], bad: 0, good: 0, patience, since, away: 0 };
  }
  if (standing.rung !== "video" && good >= standing.patience) return { rung: UP[standing.rung], bad: 0, good: 0, patience: standing.patience, since: 0, away: 0 };
  return { ...standing, bad, good, since };
}

/** The lower of two: what both sides can see of one another at best. */
export const lower = (one: Rung, other: Rung): Rung => (one === "chat" || other === "chat" ? "chat" : one === "stills" || other === "stills" ? "stills" : "video");
