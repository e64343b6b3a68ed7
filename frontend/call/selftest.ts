/** The guided test before the call: one step after the other, each with what to do when it fails; each may be skipped. */

import type { Word } from "./health.ts";

export const STEPS = ["camera", "microphone", "speaker", "relay", "network"] as const;
export type Step = (typeof STEPS)[number];
export type Probes = Record<Exclude<Step, "speaker">, () => Promise<Word>> & { speaker: () => void };
type Result = Word | "running" | "skipped" | "waiting";

export class SelfTest {
  private results: Partial<Record<Step, Result>> = {};
  private state: "off" | "running" | "done" = "off";
  private answer: ((word: Word | "skipped" | "over") => void) | undefined;

  constructor(private readonly probes: Probes, private readonly changed: () => void) {}

  get local(): Record<string, string> {
    const words = STEPS.map((step) => [`test_${step}`, this.results[step] ?? "waiting"]);
    const bad = STEPS.some((step) => ["bad", "dark", "silent"].includes(this.results[step] ?? ""));
    return { test: this.state, test_verdict: this.state === "done" ? (bad ? "bad" : "ok") : "", ...Object.fromEntries(words) };
  }

  /** Runs all steps; a step that was begun and skipped ends in silence. */
  async run(): Promise<void> {
    if (this.state === "running") return;
    this.state = "running";
    this.results = {};
    for (const step of STEPS) {
      this.note(step, "running");
      const answered = new Promise<Word | "skipped" | "over">((resolve) => { this.answer = resolve; });
      const word = await Promise.race([answered, this.ask(step)]);
      if (word === "over") { this.note(step, "skipped"); break; }
      this.note(step, word);
    }
    this.answer = undefined;
    this.state = "done";
    this.changed();
  }

  skip(): void { this.answer?.("skipped"); }
  end(): void { this.answer?.("over"); }
  /** Of the speaker only the person can tell. */
  heard(yes: boolean): void { if (this.results.speaker === "running") this.answer?.(yes ? "ok" : "bad"); }

  private ask(step: Step): Promise<Word> {
    if (step !== "speaker") return this.probes[step]().catch((): Word => "bad");
    this.probes.speaker();
    return new Promise(() => undefined);
  }

  private note(step: Step, result: Result): void {
    this.results[step] = result;
    this.changed();
  }
}
