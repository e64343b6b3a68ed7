/**
 * Which page speaks for whom. A person may have the call open in two windows, or reload: exactly one window of each
 * side carries the media: the one that said hello last, or the one that somebody has turned to. Pure: every method
 * returns what is to be sent.
 */

import type { Doc } from "../live/merge.ts";

export interface Outcome {
  send: Doc[];
  /** The other side's page is a new one: begin the connection anew. */
  renewed: boolean;
  /** This page lost (true) or got back (false) the call to another window of the same person. */
  retired?: boolean;
  /** It was lost to a window that nobody had turned to. */
  lightly?: boolean;
  /** The other side has this page's call. */
  chosen?: boolean;
}

const QUIET: Outcome = { send: [], renewed: false };

export class Sessions {
  peer: string | undefined;
  retired = false;
  private peerFirm = false;
  private peerAway = false;

  constructor(readonly self: string) {}

  /**
   * This window wants the call: on opening, on coming back, on a tap. `firm`: somebody has turned to it, by a tap or
   * with its camera on. Two windows may lie in front at once, on a phone and on a computer, so lying there says little:
   * a claim that is not firm takes the call from no window that somebody has turned to.
   */
  join(fresh = true, firm = false): Doc[] {
    this.retired = false;
    return [{ k: "hello", s: this.self, fresh, firm }];
  }

  leave(): Doc[] {
    this.peer = undefined;
    return this.retired ? [] : [{ k: "bye", s: this.self }];
  }

  /**
   * No window of the other side is open (the server said so). Its media may still flow while only its socket is away,
   * so the window is remembered; but whichever comes first now is taken.
   */
  peerGone(): void { this.peerAway = true; }

  /** The other side's camera is on: somebody has turned to that window. */
  peerFilms(): void { this.peerFirm = true; }

  receive(body: Doc): Outcome {
    const from = String(body["s"] ?? "");
    if (body["k"] === "use") return this.used(from, body);
    if (this.retired) return QUIET;
    if (body["k"] === "bye") {
      if (from !== this.peer) return QUIET;
      this.peer = undefined;
      return { send: [{ k: "use", s: this.self, session: null }], renewed: true };
    }
    if (body["k"] !== "hello") return QUIET;
    return this.greeted(from, body["fresh"] === true, body["firm"] === true);
  }

  private greeted(from: string, fresh: boolean, firm: boolean): Outcome {
    if (this.peer !== undefined && this.peer !== from && !this.peerAway && (!fresh || this.peerFirm && !firm)) {
      return { send: [{ k: "use", s: this.self, session: this.peer as string, firm: true }], renewed: false };
    }
    const renewed = this.peer !== from;
    this.peerFirm = firm || !renewed && this.peerFirm;
    this.peer = from;
    this.peerAway = false;
    // Who greets as an old acquaintance of somebody this page is not (it was reloaded meanwhile) must hear of the new page.
    const answer: Doc[] = fresh || renewed ? [{ k: "hello", s: this.self, fresh: !fresh, firm: false }] : [];
    return { send: [{ k: "use", s: this.self, session: from, firm }, ...answer], renewed };
  }

  private used(from: string, body: Doc): Outcome {
    const session = body["session"];
    if (session === null) return { send: [], renewed: false, retired: false };
    if (session === this.self) {
      // Known from now on: answering the greeting that follows would claim what is had, and two windows that claim by
      // turns never end.
      const renewed = this.peer === undefined;
      this.retired = false;
      this.peer ??= from;
      return { send: [], renewed, chosen: true };
    }
    if (this.retired) return QUIET;
    this.retired = true;
    this.peer = undefined;
    return { send: [], renewed: false, retired: true, lightly: body["firm"] === false };
  }
}
