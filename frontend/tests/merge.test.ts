import assert from "node:assert/strict";
import { test } from "node:test";

import { at, holds, merge, same, type Json } from "../live/merge.ts";

const plain = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json;

// RFC 7396, appendix A, case by case.
const CASES: [Json, Json, Json][] = [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [["a", "b"], ["c", "d"], ["c", "d"]],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

for (const [target, patch, expected] of CASES) {
  test(`merge ${JSON.stringify(target)} + ${JSON.stringify(patch)}`, () => {
    const before = JSON.stringify(target);
    assert.deepEqual(plain(merge(target, patch)), expected);
    assert.equal(JSON.stringify(target), before, "the target stays as it was");
  });
}

test("keys that mean something to JavaScript are only keys", () => {
  const merged = merge({}, JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') as Json);
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  assert.equal(at(merged, "__proto__.polluted"), true);
  assert.equal(at({}, "constructor"), undefined);
});

test("paths end where the document ends", () => {
  assert.equal(at({ a: { b: 3 } }, "a.b"), 3);
  assert.equal(at({ a: { b: 3 } }, "a.b.c"), undefined);
  assert.equal(at(undefined, "a"), undefined);
});

test("conditions", () => {
  const doc: Json = { state: "waiting", officer: { name: "李" }, zero: 0, empty: {}, call: { media: "on" } };
  const read = (path: string): Json | undefined => at(doc, path);
  for (const yes of ["state:waiting,ringing", "officer", "!zero", "!empty", "!missing", "state: waiting ; officer.name:李", "!state:left", "call.media:on;!call.link", ""]) {
    assert.ok(holds(yes, read), yes);
  }
  for (const no of ["state:ringing", "!officer", "zero", "empty", "missing", "state:waiting;zero", "!state:waiting"]) assert.ok(!holds(no, read), no);
});

test("same looks at content", () => {
  assert.ok(same({ a: [1, { b: null }] }, { a: [1, { b: null }] }));
  assert.ok(!same({ a: 1 }, { b: 1 }));
  assert.ok(!same({ a: 1 }, { a: 1, b: 2 }));
  assert.ok(!same([1], { 0: 1 }));
});
