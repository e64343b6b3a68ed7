/** How long one waits, by the document of the line: the rule of `domain/consultations/rules/waiting.py`, kept alike by waits.json. Pure. */

import { at, isObject, type Doc, type Json } from "./merge.ts";

const SELF = 0.8;
const LEAST_LEFT = 0.25;
const TWELVE_HOURS_S = 43_200;

export interface Busy { state: string; elapsed: number; reason?: string | undefined }
export interface Pace { turns: number[]; notes: number[]; pauses: number[]; present: number }

/** The equally likely seconds until a post gets free; none for one that does not come back by itself. */
function untilFree(post: Busy, pace: Pace): number[] {
  if (post.state === "available") return [0];
  if (post.state === "paused" && post.reason === "no_answer") return [];
  const lengths = post.state === "paused" ? pace.pauses : post.state === "wrap_up" ? pace.notes : pace.turns;
  const left = lengths.filter((length) => length > post.elapsed).map((length) => length - post.elapsed);
  return left.length ? left : [(lengths[lengths.length - 1] ?? 0) * LEAST_LEFT];
}

/** How often a post gets free again within some seconds of its getting free, on average. */
function renewals(pace: Pace): (seconds: number) => number {
  const turns = pace.turns.map((turn) => turn / pace.present);
  const mean = turns.reduce((sum, turn) => sum + turn, 0) / turns.length;
  const spread = turns.reduce((sum, turn) => sum + (turn - mean) ** 2, 0) / turns.length / mean ** 2;
  return (seconds) =>
    turns.reduce((sum, turn) => (turn <= seconds ? sum + 1 + Math.max(0, (seconds - turn) / mean + (spread - 1) / 2) : sum), 0) / turns.length;
}

/** The expected wait in seconds of somebody with `ahead` people before them; undefined while no post works. */
export function expectedWait(ahead: number, posts: Busy[], pace: Pace): number | undefined {
  if (posts.every((post) => post.state === "paused")) return undefined;
  if (ahead < posts.filter((post) => post.state === "available").length) return 0;
  const spans = posts.map((post) => untilFree(post, pace)).filter((span) => span.length);
  const again = renewals(pace);
  const freed = (seconds: number): number =>
    spans.reduce((sum, span) => sum + span.reduce((part, left) => (left <= seconds ? part + 1 + again(seconds - left) : part), 0) / span.length, 0);
  let low = 0;
  let high = 60;
  while (freed(high) < ahead + SELF && high < TWELVE_HOURS_S) { low = high; high *= 2; }
  while (high - low > 1) {
    const middle = (low + high) / 2;
    if (freed(middle) < ahead + SELF) low = middle; else high = middle;
  }
  return Math.round(high);
}

const postsOf = (line: Doc): Doc => (isObject(line["posts"]) ? line["posts"] : {});

/** Which share of the other line's posts are ours too. */
export function shared(line: Doc, other: Doc): number {
  const theirs = Object.keys(postsOf(other));
  return theirs.length ? theirs.filter((desk) => desk in postsOf(line)).length / theirs.length : 0;
}

const numbers = (value: Json | undefined): number[] => (Array.isArray(value) ? value.map(Number) : []);

/** The wait in the line's document with `ahead` people before one; `now` in ms by the server's clock. */
export function waitIn(line: Doc, ahead: number, now: number): number | undefined {
  const turns = numbers(at(line, "pace.turns"));
  if (!turns.length) return undefined;
  const pace = { turns, notes: numbers(at(line, "pace.notes")), pauses: numbers(at(line, "pace.pauses")), present: Number(at(line, "pace.present") ?? 1) };
  const posts = Object.values(postsOf(line)).map((post) => ({
    state: String(at(post, "state")), reason: at(post, "reason") as string | undefined,
    elapsed: Math.max(0, now - Date.parse(String(at(post, "since")))) / 1000,
  }));
  return expectedWait(ahead, posts, pace);
}
