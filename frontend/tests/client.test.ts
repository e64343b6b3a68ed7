import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { backoff, take, type Held, type ServerMessage } from "../live/client.ts";
import { derive, placeInLine } from "../live/derive.ts";
import { sentence } from "../live/speak.ts";
import { expectedWait, shared, type Busy, type Pace } from "../live/wait.ts";

const T = "consultation:A";
const event = (seq: number, patch: Record<string, number>): ServerMessage => ({ op: "event", topic: T, seq, patch });

test("a snapshot, then events in order", () => {
  const held = new Map<string, Held>();
  assert.equal(take(held, { op: "snapshot", topic: T, seq: 4, doc: { a: 1 } }), "changed");
  assert.equal(take(held, event(5, { b: 2 })), "changed");
  assert.deepEqual({ ...held.get(T)?.doc }, { a: 1, b: 2 });
});

test("an event seen before changes nothing; one too early is a gap and changes nothing either", () => {
  const held = new Map<string, Held>([[T, { seq: 4, doc: { a: 1 } }]]);
  assert.equal(take(held, event(4, { a: 9 })), "same");
  assert.equal(take(held, event(6, { a: 9 })), "gap");
  assert.deepEqual(held.get(T), { seq: 4, doc: { a: 1 } });
  assert.equal(take(new Map(), event(1, { a: 1 })), "gap");
});

test("the waits between attempts grow, have a ceiling and are never the same for everybody", () => {
  assert.equal(backoff(0, () => 0), 250);
  assert.equal(backoff(0, () => 1), 500);
  assert.equal(backoff(50, () => 1), 20_000);
  assert.ok(backoff(3, () => 0) >= 2000);
  assert.equal(backoff(50, () => 1, 1000), 1000);
});

const since = "2026-11-24T01:00:00Z";
const now = Date.parse(since);
const pace = { turns: [300, 300, 300, 300, 300, 300, 300, 300, 300, 300], notes: [30], pauses: [600], present: 1 };

test("place in line", () => {
  const line = { waiting: { "10": 1, "20": 1, "30": 1 }, posts: { "1": { state: "in_call", since }, "2": { state: "paused", since, reason: "no_answer" } }, pace };
  const shown = derive("line:household", line, { rank: 30 }, { lines: {}, now });
  assert.equal(shown["place"], 3);
  assert.equal(shown["ahead"], 2);
  assert.equal(shown["in_line"], 3);
  assert.equal(shown["posts_on_duty"], 1);
  assert.equal(shown["wait_seconds"], 990); // two whole turns and most of the third
  assert.equal(derive("line:household", { ...line, posts: {} }, { rank: 30 }, { lines: {}, now })["wait_seconds"], undefined);
});

test("who waits in a line with the same posts stands before one too, as far as the posts are the same", () => {
  const posts = { "1": { state: "in_call", since }, "2": { state: "in_call", since } };
  const mine = { waiting: { "30": 1 }, posts, pace };
  const other = { waiting: { "10": 1, "20": 1, "40": 1 }, posts, pace };
  assert.equal(shared(mine, other), 1);
  assert.equal(shared({ ...mine, posts: { "1": posts["1"] } }, other), 0.5);
  const alone = placeInLine(mine, 30, { lines: {}, now });
  const together = placeInLine(mine, 30, { lines: { other }, now });
  assert.equal(together["ahead"], 0);
  assert.ok(Number(together["wait_seconds"]) > Number(alone["wait_seconds"]));
});

test("expected wait is the server's rule", () => {
  const cases = JSON.parse(readFileSync("../tests/domain/consultations/waits.json", "utf-8")) as
    { ahead: number; posts: Busy[]; pace: Pace; seconds: number | null }[];
  assert.ok(cases.length >= 10);
  for (const one of cases) assert.equal(expectedWait(one.ahead, one.posts, one.pace) ?? null, one.seconds);
});

test("a hall's line counts only tickets of the same line", () => {
  const hall = {
    waiting: { A1: { line: "vehicle", rank: 5 }, A2: { line: "vehicle", rank: 9 }, B1: { line: "fire", rank: 1 } },
    called: { A0: { at: "2026-11-24T01:00:00Z" }, B0: { at: "2026-11-24T02:00:00Z" } },
  };
  const shown = derive("hall:h1", hall, { rank: 9, line: "vehicle" });
  assert.equal(shown["ahead"], 1);
  assert.equal(shown["in_line"], 2);
  assert.equal(shown["latest"], "B0");
});

test("numbers are said sign by sign", () => {
  assert.equal(sentence("Number {number}, please go to {desk}", "A012", "window 3"), "Number A 0 1 2, please go to window 3");
});
