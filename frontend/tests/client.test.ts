import assert from "node:assert/strict";
import { test } from "node:test";

import { backoff, take, type Held, type ServerMessage } from "../live/client.ts";
import { derive, expectedWait } from "../live/derive.ts";
import { sentence } from "../live/speak.ts";

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
});

test("place in line", () => {
  const line = { waiting: { "10": 1, "20": 1, "30": 1 }, posts: { "1": "in_call", "2": "paused" }, seconds_each: 300 };
  const shown = derive("line:household", line, { rank: 30 });
  assert.equal(shown["place"], 3);
  assert.equal(shown["ahead"], 2);
  assert.equal(shown["in_line"], 3);
  assert.equal(shown["posts_on_duty"], 1);
  assert.equal(shown["wait_seconds"], 750); // (2 + 0.5) calls at one post
  assert.equal(derive("line:household", { ...line, posts: {} }, { rank: 30 })["wait_seconds"], undefined);
});

test("expected wait is the server's rule", () => {
  assert.equal(expectedWait(0, 2, 1, 300), 0);
  assert.equal(expectedWait(1, 2, 1, 300), 75);
  assert.equal(expectedWait(4, 2, 0, 300), 675);
  assert.equal(expectedWait(4, 0, 0, 300), undefined);
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
