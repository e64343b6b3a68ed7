/** Sends a file in parts over a network that breaks: whoever was cut off asks how much has arrived and goes on there. */

import { Refused } from "./ask.ts";

export interface Answer { received: number; filed?: boolean }

/** How parts reach the server. Each rejects with `Refused` when the server says no, with anything else when it is out of reach. */
export interface Doors {
  /** Begins, or goes on with the same file; resolves to the bytes that are there. */
  begin(size: number, digest: string): Promise<number>;
  part(offset: number, content: Blob): Promise<Answer>;
}

/** The server has another end of the file than we thought: ask, and go on from there. */
export class NotNext extends Error {}

const SMALLEST = 16 * 1024, LARGEST = 256 * 1024, FIRST = 64 * 1024;
const AIM_MS = 1000; // a part a second: little is lost when the network goes, and progress is seen to move
const LONGEST_WAIT_MS = 5000;

/** How large the next part should be after one of `size` bytes took `ms`. Pure. */
export function nextSize(size: number, ms: number): number {
  const wanted = ms <= AIM_MS / 2 ? size * 2 : ms > AIM_MS * 2 ? size / 2 : size;
  return Math.min(LARGEST, Math.max(SMALLEST, Math.round(wanted)));
}

export async function digestOf(file: Blob): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Resolves after `ms`, or at once when the browser says that it has a network again. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => { clearTimeout(timer); removeEventListener("online", done); resolve(); };
    const timer = setTimeout(done, ms);
    addEventListener("online", done, { once: true });
  });
}

/** Sends the whole file; resolves when it is filed. `told` hears shares from 0 to 1, and `waits` whether the network is gone. */
export async function send(
  file: Blob, doors: Doors, told: (share: number, waits: boolean) => void,
  signal?: AbortSignal, wait: (ms: number) => Promise<void> = pause,
): Promise<void> {
  const digest = await digestOf(file);
  let at: number | undefined, size = FIRST, failures = 0;
  for (;;) {
    signal?.throwIfAborted();
    try {
      at ??= await doors.begin(file.size, digest);
      told(at / file.size, false);
      const began = performance.now();
      const answer = await doors.part(at, file.slice(at, at + size));
      size = nextSize(size, performance.now() - began);
      at = answer.received;
      failures = 0;
      told(at / file.size, false);
      if (answer.filed) return;
    } catch (error) {
      if (error instanceof Refused || signal?.aborted) throw error;
      if (!(error instanceof NotNext)) told((at ?? 0) / file.size, true);
      at = undefined; // what arrived is the server's to say
      size = SMALLEST;
      await wait(Math.min(LONGEST_WAIT_MS, 500 * 2 ** failures++));
    }
  }
}
