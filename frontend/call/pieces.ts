/** The pieces of a recording on their way: in order, each until the server has it, over a network that breaks. */

import { Refused } from "./ask.ts";
import { digestOf, pause } from "./upload.ts";

export interface Taken { next: number; goes_on: boolean }

/** How pieces reach the server. Each rejects with `Refused` when the server says no, with anything else when it is out of reach. */
export interface Doors {
  /** Begins a stretch; resolves to its number. */
  begin(type: string): Promise<number>;
  chunk(segment: number, number: number, digest: string, content: Blob): Promise<Taken>;
  finish(): Promise<unknown>;
}

/** A film without a break. `over`: the server takes nothing more of it. */
export interface Stretch { readonly type: string; segment?: number; added: number; over: boolean; held?: Blob }

interface Piece { stretch: Stretch; number: number; content: Blob }

const MOST_BYTES = 1_500_000; // the server takes two megabytes
const FEWEST_BYTES = 1000; // Chromium hands out the first byte of a film alone: it waits for the rest
const LONGEST_WAIT_MS = 5000;

export class Pieces {
  sent = 0;
  private readonly waiting: Piece[] = [];
  private running: Promise<void> | undefined;
  private ending = false;

  /** `refused` hears of a stretch that the server takes no more of. */
  constructor(private readonly doors: Doors, private readonly refused: (stretch: Stretch, code: string) => void, private readonly wait: (ms: number) => Promise<void> = pause) {}

  get left(): number { return this.waiting.length; }

  /** `last`: the film ends here. */
  add(stretch: Stretch, fresh: Blob, last = false): void {
    const content = stretch.held ? new Blob([stretch.held, fresh]) : fresh;
    delete stretch.held;
    if (content.size < FEWEST_BYTES && !last) { stretch.held = content; return; }
    if (content.size < FEWEST_BYTES && !stretch.added) return; // nothing that could be played
    for (let at = 0; at < content.size; at += MOST_BYTES) {
      this.waiting.push({ stretch, number: stretch.added++, content: content.slice(at, at + MOST_BYTES) });
    }
    void this.run();
  }

  /** Nothing more will come: says so once everything is there. */
  async end(): Promise<void> {
    this.ending = true;
    await this.run();
  }

  private run(): Promise<void> {
    return this.running ??= this.work().finally(() => { this.running = undefined; });
  }

  private async work(): Promise<void> {
    let failures = 0;
    for (;;) {
      try {
        const piece = this.waiting[0];
        if (!piece && !this.ending) return;
        if (piece) {
          await this.send(piece);
          this.waiting.shift();
        } else {
          await this.doors.finish();
          this.ending = false;
        }
        failures = 0;
      } catch (error) {
        if (error instanceof Refused) this.giveUp(error.code);
        else await this.wait(Math.min(LONGEST_WAIT_MS, 500 * 2 ** failures++));
      }
    }
  }

  private async send({ stretch, number, content }: Piece): Promise<void> {
    if (stretch.over) return;
    stretch.segment ??= await this.doors.begin(stretch.type);
    const taken = await this.doors.chunk(stretch.segment, number, await digestOf(content), content);
    if (taken.next > number) this.sent++;
  }

  /** The server says no: what follows in this stretch would be a film with a hole. */
  private giveUp(code: string): void {
    const stretch = this.waiting.shift()?.stretch;
    if (!stretch) this.ending = false; // the end was refused: the list is closed already
    if (!stretch || stretch.over) return;
    stretch.over = true;
    this.refused(stretch, code);
  }
}
