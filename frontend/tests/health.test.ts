import assert from "node:assert/strict";
import { test } from "node:test";
import { Silence } from "../call/health.ts";

test("a path over which nothing comes is given up after three looks, four times, then with growing patience", () => {
  const silence = new Silence();
  const looks = (packets: number, expected = true, times = 1): boolean[] => Array.from({ length: times }, () => silence.broke(packets, expected));
  assert.deepEqual(looks(50, true, 3), [false, false, false]);
  for (let i = 0; i < 4; i++) assert.deepEqual(looks(0, true, 3), [false, false, true]);
  assert.deepEqual(looks(0, true, 6), [false, false, false, false, false, true]);
  assert.deepEqual(looks(0, false, 20), Array(20).fill(false)); // in a chat nothing is to be expected
  looks(50);
  assert.deepEqual(looks(0, true, 3), [false, false, true]);
});
