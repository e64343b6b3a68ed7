import assert from "node:assert/strict";
import { test } from "node:test";
import { drawnOf, quarter, stroke, turnedSize, type Drawn } from "../call/marks.ts";

const size = { width: 400, height: 200 };
const drawn: Drawn = { turned: 0, crop: { x: 0.1, y: 0.2, width: 0.5, height: 0.4 }, marks: [{ x: 0.25, y: 0.5, r: 0.1 }, { x: 0, y: 0, to_x: 1, to_y: 0.5 }] };

test("four quarters are none, for every mark and the crop", () => {
  let now = drawn, seen = size;
  for (let i = 0; i < 4; i++) { now = quarter(now, seen); seen = turnedSize(size, now.turned); }
  assert.equal(now.turned, 0);
  const numbers = (value: Drawn): number[] => [value.crop!, ...value.marks].flatMap((each) => Object.values(each) as number[]);
  numbers(now).forEach((value, i) => assert.ok(Math.abs(value - numbers(drawn)[i]!) < 0.001));
});

test("a quarter clockwise brings the left edge to the top", () => {
  const [circle, arrow] = quarter(drawn, size).marks;
  assert.deepEqual(circle, { x: 0.5, y: 0.25, r: 0.2 }); // 40 pixels of 400, then of 200
  assert.deepEqual(arrow, { x: 1, y: 0, to_x: 0.5, to_y: 1 });
  assert.deepEqual(turnedSize(size, 90), { width: 200, height: 400 });
});

test("strokes become what the tool makes; a slip of the hand makes nothing", () => {
  assert.deepEqual(stroke("circle", { x: 0.2, y: 0.2 }, { x: 0.4, y: 0.2 }, size), { x: 0.3, y: 0.2, r: 0.1 });
  assert.deepEqual(stroke("arrow", { x: 0.9, y: 0.1 }, { x: 0.1, y: 0.3 }, size), { x: 0.9, y: 0.1, to_x: 0.1, to_y: 0.3 });
  assert.deepEqual(stroke("crop", { x: 0.75, y: 0.5 }, { x: 0.25, y: 0 }, size), { x: 0.25, y: 0, width: 0.5, height: 0.5 });
  assert.equal(stroke("circle", { x: 0.5, y: 0.5 }, { x: 0.505, y: 0.5 }, size), undefined);
  assert.equal(stroke("crop", { x: 0.1, y: 0.1 }, { x: 0.9, y: 0.11 }, size), undefined);
});

test("an empty entry is a picture as it was sent", () => {
  assert.deepEqual(drawnOf(undefined), { turned: 0, crop: null, marks: [] });
  assert.deepEqual(drawnOf({ turned: 90, marks: "no" }), { turned: 90, crop: null, marks: [] });
});
