/** Numbers a page works out by itself from a document that is the same for everybody. Pure. */

import { at, isObject, type Doc, type Json } from "./merge.ts";

/** How many entries of `waiting` have a smaller rank; entries are `rank: 1` (lines) or `number: {rank, line}` (halls). */
function earlier(waiting: Json | undefined, rank: number, line?: string): number {
  if (!isObject(waiting)) return 0;
  return Object.entries(waiting).filter(([key, entry]) =>
    isObject(entry) ? Number(entry["rank"]) < rank && (line === undefined || entry["line"] === line) : Number(key) < rank).length;
}

/** Expected wait in seconds with `ahead` people before one, the same rule as on the server; undefined without any post. */
export function expectedWait(ahead: number, posts: number, free: number, secondsEach: number): number | undefined {
  if (posts === 0) return undefined;
  return ahead < free ? 0 : Math.round(((ahead - free + 0.5) / posts) * secondsEach);
}

/** A citizen's place in a line: ranks are served from the smallest; being served next is place 1. */
export function placeInLine(line: Doc, rank: number): Doc {
  const ahead = earlier(line["waiting"], rank);
  const states = Object.values(isObject(line["posts"]) ? line["posts"] : {}).filter((state) => state !== "paused");
  const free = states.filter((state) => state === "available").length;
  const wait = expectedWait(ahead, states.length, free, Number(line["seconds_each"] ?? 0));
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

/** Adds the derived values to a topic's document; what the server sent itself wins. `own`: the rank and line around the element. */
export function derive(topic: string, doc: Doc, own: { rank?: number | undefined; line?: string | undefined }): Doc {
  const waiting = isObject(doc["waiting"]) ? Object.values(doc["waiting"]) : [];
  if (topic.startsWith("line:")) {
    const posts = Object.values(isObject(doc["posts"]) ? doc["posts"] : {}).filter((state) => state !== "paused").length;
    return { in_line: waiting.length, posts_on_duty: posts, ...(own.rank === undefined ? {} : placeInLine(doc, own.rank)), ...doc };
  }
  if (topic.startsWith("hall:")) {
    const inLine = waiting.filter((entry) => own.line === undefined || at(entry, "line") === own.line).length;
    const ahead = own.rank === undefined ? {} : { ahead: earlier(doc["waiting"], own.rank, own.line) };
    return { latest: latest(doc["called"]) ?? "", in_line: inLine, ...ahead, ...doc };
  }
  if (topic.startsWith("post:")) return { in_line: waiting.length, ...doc };
  return doc;
}
