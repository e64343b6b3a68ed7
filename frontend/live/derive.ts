/** Numbers a page works out by itself from a document that is the same for everybody. Pure. */

import { at, isObject, type Doc, type Json } from "./merge.ts";

const DEFAULT_SECONDS_EACH = 480;

/** A citizen's place in a line: ranks are served from the smallest; being served first is place 1. */
export function placeInLine(line: Doc, rank: number): Doc {
  const ranks = Object.keys(isObject(line["waiting"]) ? line["waiting"] : {}).map(Number);
  const ahead = ranks.filter((other) => other < rank).length;
  const place = ahead + 1;
  const posts = Math.max(Number(line["posts_on_duty"] ?? 0), 1);
  const each = Number(line["seconds_each"] ?? DEFAULT_SECONDS_EACH);
  return { place, ahead, wait_seconds: Math.ceil(place / posts) * each };
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

/** Adds the derived values to a topic's document; what the server sent itself wins. */
export function derive(topic: string, doc: Doc, rank: number | undefined): Doc {
  if (topic.startsWith("line:")) {
    const waiting = isObject(doc["waiting"]) ? Object.keys(doc["waiting"]).length : 0;
    return { in_line: waiting, ...(rank === undefined ? {} : placeInLine(doc, rank)), ...doc };
  }
  if (topic.startsWith("hall:")) return { latest: latest(doc["called"]) ?? "", ...doc };
  return doc;
}
