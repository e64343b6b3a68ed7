import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused } from "../call/ask.ts";
import { Pieces, type Doors, type Stretch, type Taken } from "../call/pieces.ts";

/** A server that takes each piece once and in order, and a network that breaks when `breaks(n)` says so. */
class Server implements Doors {
  readonly segments: string[][] = [];
  finished = 0;
  refuses = "";
  private words = 0;

  constructor(private readonly breaks: (word: number) => "" | "before" | "after" = () => "") {}

  private async over<T>(act: () => Promise<T>): Promise<T> {
    const how = this.breaks(this.words++);
    if (how === "before") throw new TypeError("network");
    const answer = await act();
    if (how === "after") throw new TypeError("network"); // it arrived, and the answer was lost
    return answer;
  }

  begin(_type: string): Promise<number> { return this.over(async () => this.segments.push([])); }

  chunk(segment: number, number: number, digest: string, content: Blob): Promise<Taken> {
    return this.over(async () => {
      if (this.refuses) throw new Refused("no", this.refuses);
      assert.equal(digest.length, 64);
      const held = this.segments[segment - 1] ?? [];
      if (segment !== this.segments.length) throw new Refused("no", "segment_over");
      if (number > held.length) throw new Refused("no", "chunk_not_next");
      if (number === held.length) held.push((await content.text()).slice(0, 1));
      return { next: held.length, goes_on: true };
    });
  }

  finish(): Promise<unknown> { return this.over(async () => { this.finished++; return {}; }); }
}

const stretch = (): Stretch => ({ type: "video/webm", added: 0, over: false });
const refused = (_stretch: Stretch, code: string): void => assert.fail(code);
const noWait = (): Promise<void> => Promise.resolve();
const said = (text: string): Blob => new Blob([text.repeat(1000)]);

test("pieces arrive in order and once, whatever the network does", async () => {
  const server = new Server((word) => (word % 3 === 1 ? "before" : word % 5 === 3 ? "after" : ""));
  const pieces = new Pieces(server, refused, noWait);
  const first = stretch(), second = stretch();
  for (const text of ["a", "b", "c"]) pieces.add(first, said(text));
  for (const text of ["d", "e"]) pieces.add(second, said(text));
  await pieces.end();
  // A begun stretch whose answer was lost stays empty: its number is used up, nothing more.
  assert.deepEqual(server.segments.filter((held) => held.length), [["a", "b", "c"], ["d", "e"]]);
  assert.ok(server.finished >= 1);
  assert.equal(pieces.left, 0);
});

test("a film's first byte waits for the rest, and a film of nothing is not sent", async () => {
  const server = new Server();
  const pieces = new Pieces(server, refused, noWait);
  const first = stretch();
  pieces.add(first, new Blob(["x"]));
  pieces.add(first, said("y"));
  pieces.add(first, new Blob(["z"]), true);
  pieces.add(stretch(), new Blob(["w"]), true);
  await pieces.end();
  assert.deepEqual(server.segments, [["x", "z"]]);
});

test("a large piece is sent in parts, and the end is told after the last", async () => {
  const server = new Server();
  const pieces = new Pieces(server, refused, noWait);
  pieces.add(stretch(), new Blob([new Uint8Array(3_200_000)]));
  await pieces.end();
  assert.equal(server.segments[0]?.length, 3);
  assert.equal(pieces.sent, 3);
  assert.equal(server.finished, 1);
});

test("a no ends the stretch, what follows of it is dropped, and the next one is sent", async () => {
  const server = new Server(), ended: string[] = [];
  const pieces = new Pieces(server, (_stretch, code) => ended.push(code), noWait);
  const first = stretch();
  server.refuses = "recording_not_taking";
  for (const text of ["a", "b"]) pieces.add(first, said(text));
  await pieces.end();
  assert.deepEqual(ended, ["recording_not_taking"]);
  assert.ok(first.over);
  server.refuses = "";
  pieces.add(stretch(), said("c"));
  await pieces.end();
  assert.deepEqual(server.segments.filter((held) => held.length), [["c"]]);
});
