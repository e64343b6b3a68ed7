import assert from "node:assert/strict";
import { test } from "node:test";

import { news } from "../live/said.ts";

test("a part says once what has changed, and nothing when it comes first or stays the same", () => {
  const before = new Map<string, string>();
  assert.deepEqual(news(before, [["alarms", "Nothing to look at"]]), []);
  assert.deepEqual(news(before, [["alarms", "Nothing to look at"]]), []);
  assert.deepEqual(news(before, [["alarms", "1 alarm"], ["tally", "0 of 3"]]), ["1 alarm"]);
  assert.deepEqual(news(before, [["alarms", "1 alarm"], ["tally", "1 of 3"]]), ["1 of 3"]);
});

test("what is gone is no news, and neither is it when it comes back as it was", () => {
  const before = new Map([["alarms", "1 alarm"]]);
  assert.deepEqual(news(before, []), []);
  assert.deepEqual(news(before, [["alarms", "1 alarm"]]), []);
  assert.deepEqual(news(before, [["alarms", ""]]), []);
});
