/** What measures mean to a person: why a call is weak, what a network carries, how dark a picture is. Pure. */

export type Trouble = "" | "loss" | "delay" | "narrow" | "busy";

export interface Health { limitedBy: string; lost: number; roundTripS: number }

const WEAK_LOSS = 0.05;
const WEAK_ROUND_TRIP_S = 0.6;

/** The first of what a person can do something about. `limitedBy`: what the sender says holds it back (webrtc-stats). */
export function troubleOf({ limitedBy, lost, roundTripS }: Health): Trouble {
  if (lost > WEAK_LOSS) return "loss";
  if (roundTripS > WEAK_ROUND_TRIP_S) return "delay";
  if (limitedBy === "bandwidth") return "narrow";
  return limitedBy === "cpu" ? "busy" : "";
}

/** What a probe of the self-test found. */
export type Word = "ok" | "dark" | "silent" | "weak" | "none" | "bad";

/** What so many kbit/s carry: a sharp moving picture, a slow one, or sound with stills. */
export const carries = (kbps: number): Word => (kbps >= 1000 ? "ok" : kbps >= 250 ? "weak" : "bad");

/** Middle brightness of RGBA pixels, 0 to 255. */
export function brightness(pixels: Uint8ClampedArray): number {
  let sum = 0;
  for (let i = 0; i < pixels.length; i += 4) sum += 0.299 * pixels[i]! + 0.587 * pixels[i + 1]! + 0.114 * pixels[i + 2]!;
  return pixels.length ? sum / (pixels.length / 4) : 0;
}

const SILENT_LOOKS = 3;
const LONGEST_LOOKS = 32;
const QUICK_TRIES = 4; // what is being restarted may be back only at the second look

/**
 * A path over which nothing comes any more: sound alone makes fifty packets a second. Browsers notice after five seconds
 * (consent freshness, RFC 7675, even thirty); a relay that was restarted should cost two at most.
 */
export class Silence {
  private looks = 0;
  private patience = SILENT_LOOKS;
  private tries = 0;

  /** Twice a second: how many packets came, and whether any were to be expected. True: look for a new path now. */
  broke(packets: number, expected: boolean): boolean {
    if (packets > 0 || !expected) {
      if (packets > 0) { this.patience = SILENT_LOOKS; this.tries = 0; }
      this.looks = 0;
      return false;
    }
    if (++this.looks < this.patience) return false;
    this.looks = 0;
    if (++this.tries >= QUICK_TRIES) this.patience = Math.min(LONGEST_LOOKS, this.patience * 2);
    return true;
  }
}
