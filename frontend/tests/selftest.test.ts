import assert from "node:assert/strict";
import { test } from "node:test";
import { brightness, carries, troubleOf, type Word } from "../call/health.ts";
import { SelfTest, type Probes } from "../call/selftest.ts";

const probes = (words: Partial<Record<string, Word>> = {}, rings = { count: 0 }): Probes => ({
  camera: () => Promise.resolve(words["camera"] ?? "ok"), microphone: () => Promise.resolve(words["microphone"] ?? "ok"),
  relay: () => Promise.resolve(words["relay"] ?? "ok"), network: () => Promise.resolve(words["network"] ?? "ok"),
  speaker: () => { rings.count++; },
});
const until = async (holds: () => boolean): Promise<void> => { while (!holds()) await new Promise((resolve) => setTimeout(resolve)); };

test("the steps follow each other and wait for the person's ear", async () => {
  const rings = { count: 0 }, seen: string[] = [];
  const run = new SelfTest(probes({ microphone: "silent" }, rings), () => seen.push(run.local["test_camera"]!));
  const over = run.run();
  await until(() => run.local["test_speaker"] === "running");
  assert.equal(rings.count, 1);
  assert.equal(run.local["test_relay"], "waiting");
  run.heard(true);
  await over;
  assert.deepEqual([run.local["test"], run.local["test_verdict"], run.local["test_microphone"], run.local["test_speaker"]], ["done", "bad", "silent", "ok"]);
  assert.ok(seen.includes("running") && seen.includes("ok"));
});

test("a step is skipped, and the rest with one word", async () => {
  const hanging = { ...probes(), camera: () => new Promise<Word>(() => undefined) };
  const run = new SelfTest(hanging, () => undefined);
  const over = run.run();
  run.skip();
  await until(() => run.local["test_speaker"] === "running");
  run.end();
  await over;
  assert.deepEqual([run.local["test_camera"], run.local["test_speaker"], run.local["test_network"], run.local["test_verdict"]], ["skipped", "skipped", "waiting", "ok"]);
});

test("a probe that breaks is a failed step, not a broken test", async () => {
  const run = new SelfTest({ ...probes(), camera: () => Promise.reject(new Error()) }, () => undefined);
  const over = run.run();
  await until(() => run.local["test_speaker"] === "running");
  run.heard(false);
  await over;
  assert.deepEqual([run.local["test_camera"], run.local["test_speaker"]], ["bad", "bad"]);
});

test("measures become words", () => {
  assert.deepEqual([carries(3000), carries(500), carries(80), carries(0)], ["ok", "weak", "bad", "bad"]);
  assert.equal(Math.round(brightness(new Uint8ClampedArray([255, 255, 255, 255, 0, 0, 0, 255]))), 128);
  assert.equal(brightness(new Uint8ClampedArray()), 0);
});

test("what would help is told first", () => {
  const fine = { limitedBy: "none", lost: 0, roundTripS: 0.05 };
  assert.equal(troubleOf(fine), "");
  assert.equal(troubleOf({ ...fine, limitedBy: "bandwidth" }), "narrow");
  assert.equal(troubleOf({ ...fine, limitedBy: "cpu" }), "busy");
  assert.equal(troubleOf({ limitedBy: "bandwidth", lost: 0.1, roundTripS: 2 }), "loss");
  assert.equal(troubleOf({ limitedBy: "bandwidth", lost: 0, roundTripS: 2 }), "delay");
});
