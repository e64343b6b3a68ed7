import assert from "node:assert/strict";
import { test } from "node:test";

import type { Doc } from "../live/merge.ts";
import { Sessions } from "../call/sessions.ts";

/** Two sides, each with some windows; words go to every window of the other side, as the live face passes them. */
class Room {
  windows: { side: "citizen" | "officer"; sessions: Sessions }[] = [];
  renewals = 0;

  open(side: "citizen" | "officer", name: string): Sessions {
    const sessions = new Sessions(name);
    this.windows.push({ side, sessions });
    this.pass(side, sessions.join());
    return sessions;
  }

  close(sessions: Sessions): void {
    const window = this.windows.find((one) => one.sessions === sessions);
    this.windows = this.windows.filter((one) => one !== window);
    if (window) this.pass(window.side, sessions.leave());
  }

  pass(from: string, words: Doc[]): void {
    const queue = words.map((body) => ({ from, body }));
    for (let steps = 0; queue.length; steps += 1) {
      assert.ok(steps < 100, "they never stop talking");
      const { from: side, body } = queue.shift() as { from: string; body: Doc };
      for (const window of this.windows.filter((one) => one.side !== side)) {
        const outcome = window.sessions.receive(body);
        if (outcome.renewed) this.renewals += 1;
        outcome.send.forEach((answer) => queue.push({ from: window.side, body: answer }));
        if (outcome.retired === false && window.sessions.retired) window.sessions.join().forEach((word) => queue.push({ from: window.side, body: word }));
      }
    }
  }
}

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
  room.windows.push({ side: "officer", sessions: officer });
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
