/** Numbers a page works out by itself from a document that is the same for everybody. Pure. */

import { at, isObject, type Doc, type Json } from "./merge.ts";
import { shared, waitIn } from "./wait.ts";

/** How many entries of `waiting` have a smaller rank; entries are `rank: 1` (lines) or `number: {rank, line}` (halls). */
function earlier(waiting: Json | undefined, rank: number, line?: string): number {
  if (!isObject(waiting)) return 0;
  return Object.entries(waiting).filter(([key, entry]) =>
    isObject(entry) ? Number(entry["rank"]) < rank && (line === undefined || entry["line"] === line) : Number(key) < rank).length;
}

/** What a place in line depends on besides its own document: the other lines that the page follows, and the server's time in ms. */
export interface Around { lines: Record<string, Doc>; now: number }

const working = (line: Doc): number =>
  Object.values(isObject(line["posts"]) ? line["posts"] : {}).filter((post) => at(post, "state") !== "paused").length;

/** A citizen's place in a line: ranks are served from the smallest; being served next is place 1. */
export function placeInLine(line: Doc, rank: number, around: Around): Doc {
  const ahead = earlier(line["waiting"], rank);
  let before = ahead;
  for (const other of Object.values(around.lines)) before += shared(line, other) * earlier(other["waiting"], rank);
  const wait = waitIn(line, before, around.now);
  return { place: ahead + 1, ahead, ...(wait === undefined ? {} : { wait_seconds: wait }) };
}

/** The key of the entry with the greatest `at`. */
export function latest(entries: Json | undefined): string | undefined {
  if (!isObject(entries)) return undefined;
  let best: string | undefined;
  for (const key of Object.keys(entries)) {
    if (best === undefined || String(at(entries[key], "at") ?? "") > String(at(entries[best], "at") ?? "")) best = key;
  }
  return best;
}

/** What an element says of itself: the rank and line around it. */
export interface Own { rank?: number | undefined; line?: string | undefined }

/** Adds the derived values to a topic's document; what the server sent itself wins. */
export function derive(topic: string, doc: Doc, own: Own, around: Around = { lines: {}, now: Date.now() }): Doc {
  const waiting = isObject(doc["waiting"]) ? Object.values(doc["waiting"]) : [];
  if (topic.startsWith("line:")) {
    const place = own.rank === undefined ? {} : placeInLine(doc, own.rank, around);
    return { in_line: waiting.length, posts_on_duty: working(doc), ...place, ...doc };
  }
  if (topic.startsWith("hall:")) {
    const inLine = waiting.filter((entry) => own.line === undefined || at(entry, "line") === own.line).length;
    const ahead = own.rank === undefined ? {} : { ahead: earlier(doc["waiting"], own.rank, own.line) };
    return { latest: latest(doc["called"]) ?? "", in_line: inLine, ...ahead, ...doc };
  }
  return doc;
}
