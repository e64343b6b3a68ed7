import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { Refused } from "../call/ask.ts";
import { nextSize, NotNext, send, type Doors } from "../call/upload.ts";

/** A server that keeps what arrives, and a network that breaks when `breaks(n)` says so for the nth word. */
class Server implements Doors {
  held = Buffer.alloc(0);
  filed = 0;
  begun = 0;
  private words = 0;
  private size = 0;

  constructor(private readonly breaks: (word: number) => "" | "before" | "after") {}

  private async over<T>(act: () => Promise<T>): Promise<T> {
    const how = this.breaks(this.words++);
    if (how === "before") throw new TypeError("network");
    const answer = await act();
    if (how === "after") throw new TypeError("network"); // it arrived, and the answer was lost
    return answer;
  }

  begin(size: number, _digest: string): Promise<number> {
    return this.over(async () => { this.begun++; this.size = size; return this.held.length; });
  }

  part(offset: number, content: Blob): Promise<{ received: number; filed: boolean }> {
    return this.over(async () => {
      const bytes = Buffer.from(await content.arrayBuffer());
      if (this.filed) return { received: offset + bytes.length, filed: true };
      if (offset !== this.held.length) throw new NotNext();
      this.held = Buffer.concat([this.held, bytes]);
      if (this.held.length === this.size) this.filed++;
      return { received: this.held.length, filed: this.filed > 0 };
    });
  }
}

const picture = randomBytes(300_000);
const file = new Blob([picture]);
const digest = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
const atOnce = (): Promise<void> => Promise.resolve();

test("a picture arrives whole over a network that breaks before and after its words", async () => {
  const server = new Server((word) => (["", "before", "", "after", ""] as const)[word % 5] ?? "");
  const shares: [number, boolean][] = [];
  await send(file, server, (share, waits) => shares.push([share, waits]), undefined, atOnce);
  assert.equal(digest(server.held), digest(picture));
  assert.equal(server.filed, 1);
  assert.ok(server.begun > 1 && shares.some(([, waits]) => waits));
  assert.equal(shares.at(-1)![0], 1);
});

test("the answer that was lost to the last part does not file it twice", async () => {
  const server = new Server(() => "");
  let cut = true;
  const part = server.part.bind(server);
  server.part = async (offset, content) => {
    const answer = await part(offset, content);
    if (answer.filed && cut) { cut = false; throw new TypeError("network"); }
    return answer;
  };
  await send(file, server, () => undefined, undefined, atOnce);
  assert.equal(server.filed, 1);
});

test("a refusal ends it, and so does giving up", async () => {
  const refusing: Doors = { begin: () => Promise.reject(new Refused("too large")), part: () => Promise.reject(new Error()) };
  await assert.rejects(send(file, refusing, () => undefined, undefined, atOnce), /too large/);
  const under = new AbortController();
  const away: Doors = { begin: () => { under.abort(); return Promise.reject(new TypeError("network")); }, part: () => Promise.reject(new Error()) };
  await assert.rejects(send(file, away, () => undefined, under.signal, atOnce));
});

test("parts follow the network: larger while quick, smaller while slow, within bounds", () => {
  assert.equal(nextSize(64 * 1024, 100), 128 * 1024);
  assert.equal(nextSize(64 * 1024, 900), 64 * 1024);
  assert.equal(nextSize(64 * 1024, 5000), 32 * 1024);
  assert.equal(nextSize(256 * 1024, 1), 256 * 1024);
  assert.equal(nextSize(16 * 1024, 60_000), 16 * 1024);
});
