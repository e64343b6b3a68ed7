import assert from "node:assert/strict";
import { test } from "node:test";
import { Losses, lower, START, step, type Measured, type Standing } from "../call/ladder.ts";

const GOOD: Measured = { sendKbps: 3000, lost: 0, roundTripS: 0.05, connected: true };
const NARROW: Measured = { ...GOOD, sendKbps: 90 };
const LOSSY: Measured = { ...GOOD, sendKbps: 600, lost: 0.2 };
const CUT: Measured = { sendKbps: null, lost: null, roundTripS: null, connected: false };

const after = (standing: Standing, now: Measured, seconds: number): Standing => {
  for (let i = 0; i < seconds; i++) standing = step(standing, now);
  return standing;
};

test("a good network keeps the moving picture", () => {
  assert.equal(after(START, GOOD, 600).rung, "video");
});

test("weak but wide enough is no reason to fall: 500 kbit/s, 5 % lost, 300 ms", () => {
  assert.equal(after(START, { sendKbps: 420, lost: 0.05, roundTripS: 0.35, connected: true }, 600).rung, "video");
});

test("one bad second is forgiven, some are not", () => {
  assert.equal(after(START, NARROW, 3).rung, "video");
  assert.equal(after(after(after(START, NARROW, 3), GOOD, 1), NARROW, 3).rung, "video");
  assert.equal(after(START, NARROW, 4).rung, "stills");
  assert.equal(after(START, LOSSY, 4).rung, "stills");
});

test("100 kbit/s and 20 % lost hold sound and stills and go no deeper", () => {
  assert.equal(after(START, LOSSY, 600).rung, "stills");
  let standing = START;
  for (let second = 0; second < 600; second++) {
    standing = step(standing, standing.rung === "video" ? NARROW : { ...NARROW, lost: 0.1 });
    assert.notEqual(standing.rung, "chat");
  }
});

test("a network that carries nearly nothing is left to the chat, and climbed back from rung by rung", () => {
  const down = after(START, { ...GOOD, sendKbps: 10, lost: 0.6 }, 12);
  assert.equal(down.rung, "chat");
  const middle = after(down, GOOD, down.patience);
  assert.equal(middle.rung, "stills");
  assert.equal(after(middle, GOOD, middle.patience).rung, "video");
});

test("a path that was gone for a moment changes nothing; after a long absence the picture is back at once", () => {
  assert.equal(after(START, CUT, 9).rung, "video");
  assert.equal(after(after(after(START, NARROW, 4), CUT, 9), GOOD, 1).rung, "stills");
  const away = after(START, CUT, 30);
  assert.equal(away.rung, "chat");
  assert.equal(step(away, GOOD).rung, "video");
});

test("a try that fails makes the next one wait longer, up to a limit", () => {
  let standing = after(START, NARROW, 4);
  const waits: number[] = [];
  for (let trial = 0; trial < 6; trial++) {
    let seconds = 0;
    while (standing.rung === "stills") { standing = step(standing, { ...NARROW, lost: 0 }); seconds++; }
    waits.push(seconds);
    standing = after(standing, NARROW, 4);
  }
  assert.deepEqual(waits, [8, 16, 32, 64, 64, 64]);
});

test("patience comes back after a good time", () => {
  const tried = { ...START, rung: "stills" as const, patience: 64 };
  const up = after(tried, GOOD, 64);
  assert.equal(up.rung, "video");
  assert.equal(after(after(up, GOOD, 30), NARROW, 4).patience, 8);
});

test("a browser that cannot say is not punished", () => {
  assert.equal(after(START, { sendKbps: null, lost: null, roundTripS: null, connected: true }, 60).rung, "video");
});

test("what both see is the lower of the two", () => {
  assert.equal(lower("video", "stills"), "stills");
  assert.equal(lower("chat", "stills"), "chat");
  assert.equal(lower("video", "video"), "video");
});

const heard = (...shares: number[]): Losses => {
  const losses = new Losses();
  shares.forEach((share, second) => losses.hear("sound", second, share));
  return losses;
};

test("one report told many times counts once, and one outlier counts for nothing", () => {
  const losses = heard(0, 0.04);
  for (let look = 0; look < 5; look++) losses.hear("sound", 2, 0.3);
  assert.equal(losses.share, 0.04);
  losses.hear("sound", 3, 0.3);
  losses.hear("sound", 4, 0.3);
  assert.equal(losses.share, 0.3);
});

test("the first report after a cut tells of the cut: it outweighs no other", () => {
  const losses = heard(0, 0, 0);
  losses.forget();
  assert.equal(losses.share, null);
  losses.hear("sound", 9, 0.9);
  losses.hear("sound", 10, 0);
  assert.equal(losses.share, 0);
});

test("of two streams the worse one counts", () => {
  const losses = heard(0.01, 0.02, 0.03);
  losses.hear("picture", 3, 0.2);
  assert.equal(losses.share, 0.2);
});

test("five per cent lost among few packets of sound never looks like a network too bad for pictures", () => {
  let seed = 7;
  const chance = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const losses = new Losses();
  let standing = START;
  for (let second = 0; second < 3600; second++) {
    if (second % 5 === 0) {
      let lost = 0;
      for (let packet = 0; packet < 25; packet++) if (chance() < 0.05) lost++;
      losses.hear("sound", second, lost / 25);
    }
    standing = step(standing, { ...GOOD, lost: losses.share });
    assert.equal(standing.rung, "video");
  }
});
