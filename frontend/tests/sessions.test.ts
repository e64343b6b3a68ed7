import assert from "node:assert/strict";
import { test } from "node:test";

import type { Doc } from "../live/merge.ts";
import { Sessions } from "../call/sessions.ts";

/**
 * Two sides, each with some windows. Words go to every window of the other side, as the live face passes them: in the
 * order in which they were said, to each window when `next` says so.
 */
class Room {
  windows: { side: "citizen" | "officer"; sessions: Sessions; heard: Doc[] }[] = [];
  cameras = new Set<Sessions>(); // windows that take the call back, as the page does, when it was lost lightly
  renewals = 0;

  constructor(private readonly next = (_waiting: number): number => 0) {}

  open(side: "citizen" | "officer", name: string): Sessions {
    const sessions = new Sessions(name);
    this.windows.push({ side, sessions, heard: [] });
    this.pass(side, sessions.join());
    return sessions;
  }

  close(sessions: Sessions): void {
    const window = this.windows.find((one) => one.sessions === sessions);
    this.windows = this.windows.filter((one) => one !== window);
    if (window) this.pass(window.side, sessions.leave());
  }

  say(from: string, words: Doc[]): void {
    for (const window of this.windows) if (window.side !== from) window.heard.push(...words);
  }

  pass(from: string, words: Doc[]): void {
    this.say(from, words);
    this.settle();
  }

  settle(): void {
    for (let steps = 0; ; steps += 1) {
      const waiting = this.windows.filter((window) => window.heard.length);
      const window = waiting[this.next(waiting.length)];
      if (!window) return;
      assert.ok(steps < 300, "they never stop talking");
      const outcome = window.sessions.receive(window.heard.shift() as Doc);
      if (outcome.renewed) this.renewals += 1;
      this.say(window.side, outcome.send);
      const films = this.cameras.has(window.sessions);
      if (outcome.retired === true && outcome.lightly && films) this.say(window.side, window.sessions.join(true, true));
      if (outcome.retired === false && window.sessions.retired) this.say(window.side, window.sessions.join(true, true));
    }
  }
}

/** Numbers below `limit` that look like chance, the same for the same seed (mulberry32). */
const chance = (seed: number): ((limit: number) => number) => {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
};

test("two windows find each other, whoever comes first", () => {
  for (const order of [["citizen", "officer"], ["officer", "citizen"]] as const) {
    const room = new Room();
    const [a, b] = order.map((side) => room.open(side, side));
    assert.equal(a?.peer, b?.self);
    assert.equal(b?.peer, a?.self);
    assert.equal(room.renewals, 2);
  }
});

test("the newest window has the call, the older one is told", () => {
  const room = new Room();
  const officer = room.open("officer", "o"), first = room.open("citizen", "c1"), second = room.open("citizen", "c2");
  assert.ok(first.retired && !second.retired);
  assert.equal(officer.peer, "c2");
  room.pass("citizen", first.join()); // "use this window"
  assert.ok(!first.retired && second.retired);
  assert.equal(officer.peer, "c1");
});

test("a window that only lies in front takes the call from none that somebody has turned to", () => {
  const room = new Room();
  const officer = room.open("officer", "o"), first = room.open("citizen", "c1"), second = room.open("citizen", "c2");
  room.pass("citizen", first.join());
  assert.ok(!first.retired && second.retired); // nobody has turned to either
  officer.peerFilms();
  room.pass("citizen", second.join());
  assert.ok(!first.retired && second.retired);
  assert.equal(officer.peer, "c1");
  room.pass("citizen", second.join(true, true)); // a tap
  assert.ok(first.retired && !second.retired);
  assert.equal(officer.peer, "c2");
});

test("words that cross in any order leave one window with the call, the one that somebody turned to last", () => {
  for (let seed = 0; seed < 2000; seed += 1) {
    const random = chance(seed), room = new Room(random);
    const officer = new Sessions("o"), citizens = ["c1", "c2", "c3"].map((name) => new Sessions(name));
    room.windows = [{ side: "officer", sessions: officer, heard: [] }, ...citizens.map((sessions) => ({ side: "citizen" as const, sessions, heard: [] }))];
    room.say("officer", officer.join());
    for (const sessions of citizens) room.say("citizen", sessions.join()); // all at once, when it rings
    if (random(2)) room.settle();
    for (let claims = random(4); claims > 0; claims -= 1) room.say("citizen", (citizens[random(3)] as Sessions).join());
    const turnedTo = citizens[random(3)] as Sessions;
    room.cameras.add(turnedTo);
    room.say("citizen", turnedTo.join(true, true));
    for (let claims = random(4); claims > 0; claims -= 1) room.say("citizen", (citizens[random(3)] as Sessions).join());
    room.settle();
    assert.equal(officer.peer, turnedTo.self, `seed ${seed}`);
    assert.deepEqual(citizens.filter((sessions) => !sessions.retired), [turnedTo], `seed ${seed}`);
    assert.equal(turnedTo.peer, "o", `seed ${seed}`);
  }
});

test("when the newest window closes, the older one comes back", () => {
  const room = new Room();
  const officer = room.open("officer", "o"), first = room.open("citizen", "c1"), second = room.open("citizen", "c2");
  room.close(second);
  assert.ok(!first.retired);
  assert.equal(officer.peer, "c1");
  assert.equal(first.peer, "o");
});

test("a reload without a goodbye makes both begin anew", () => {
  const room = new Room();
  const officer = room.open("officer", "o");
  const before = room.open("citizen", "c1");
  room.windows = room.windows.filter((window) => window.sessions !== before); // the tab crashed
  const after = room.open("citizen", "c2");
  assert.equal(officer.peer, "c2");
  assert.equal(after.peer, "o");
});

test("a reload that the other side missed is noticed when it is back", () => {
  const room = new Room();
  const officer = room.open("officer", "o");
  const before = room.open("citizen", "c1");
  room.windows = room.windows.filter((window) => window.sessions === before);
  room.close(before);
  const after = room.open("citizen", "c2"); // nobody hears this
  room.windows.push({ side: "officer", sessions: officer, heard: [] });
  assert.equal(officer.peer, "c1");
  room.pass("officer", officer.join(false)); // the officer's socket is back
  assert.equal(officer.peer, "c2");
  assert.equal(after.peer, "o");
});

test("coming back with the same window renews nothing", () => {
  const room = new Room();
  const officer = room.open("officer", "o"), citizen = room.open("citizen", "c");
  room.renewals = 0;
  room.pass("citizen", citizen.join(false));
  room.pass("officer", officer.join(false));
  assert.equal(room.renewals, 0);
  assert.ok(!citizen.retired && !officer.retired);
});

test("a socket that was away only is no new window; another window that comes first is", () => {
  const room = new Room();
  const officer = room.open("officer", "o"), citizen = room.open("citizen", "c1");
  room.renewals = 0;
  officer.peerGone();
  room.pass("citizen", citizen.join(false));
  assert.equal(room.renewals, 0);
  officer.peerGone();
  room.pass("citizen", [{ k: "hello", s: "c2", fresh: false }]);
  assert.equal(officer.peer, "c2");
});
