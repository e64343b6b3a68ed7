import assert from "node:assert/strict";
import { test } from "node:test";
import { grouped, nextAfter } from "../live/code.ts";

test("six digits are shown in two groups, anything else as it is", () => {
  assert.equal(grouped("012345"), "012 345");
  assert.equal(grouped("12345"), "12345");
});

test("the next code is asked for just after the minute, and boards do not all ask at once", () => {
  assert.equal(nextAfter(30, () => 0), 30_300);
  assert.equal(nextAfter(30, () => 1), 31_000);
  assert.ok(nextAfter(0, () => 0) >= 1000);
});
