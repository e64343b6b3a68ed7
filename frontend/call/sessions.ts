/**
 * Which page speaks for whom. A person may have the call open in two windows, or reload: exactly one window of each
 * side carries the media, the one that said hello last. Pure: every method returns what is to be sent.
 */

import type { Doc } from "../live/merge.ts";

export interface Outcome {
  send: Doc[];
  /** The other side's page is a new one: begin the connection anew. */
  renewed: boolean;
  /** This page lost (true) or got back (false) the call to another window of the same person. */
  retired?: boolean;
}

export class Sessions {
  peer: string | undefined;
  retired = false;
  private peerAway = false;

  constructor(readonly self: string) {}

  /** This window wants the call: on opening, on coming back, on a tap. */
  join(fresh = true): Doc[] {
    this.retired = false;
    return [{ k: "hello", s: this.self, fresh }];
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

  receive(body: Doc): Outcome {
    const from = String(body["s"] ?? "");
    if (body["k"] === "use") return this.used(body);
    if (this.retired) return { send: [], renewed: false };
    if (body["k"] === "bye") {
      if (from !== this.peer) return { send: [], renewed: false };
      this.peer = undefined;
      return { send: [{ k: "use", s: this.self, session: null }], renewed: true };
    }
    if (body["k"] !== "hello") return { send: [], renewed: false };
    return this.greeted(from, body["fresh"] === true);
  }

  private greeted(from: string, fresh: boolean): Outcome {
    if (this.peer !== undefined && this.peer !== from && !fresh && !this.peerAway) {
      return { send: [{ k: "use", s: this.self, session: this.peer }], renewed: false };
    }
    const renewed = this.peer !== from;
    this.peer = from;
    this.peerAway = false;
    // Who greets as an old acquaintance of somebody this page is not (it was reloaded meanwhile) must hear of the new page.
    const answer: Doc[] = fresh || renewed ? [{ k: "hello", s: this.self, fresh: !fresh }] : [];
    return { send: [{ k: "use", s: this.self, session: from }, ...answer], renewed };
  }

  private used(body: Doc): Outcome {
    const chosen = body["session"];
    if (chosen === null) return { send: [], renewed: false, retired: false };
    if (chosen === this.self) {
      const back = this.retired;
      this.retired = false;
      return back ? { send: [], renewed: true, retired: false } : { send: [], renewed: false };
    }
    if (this.retired) return { send: [], renewed: false };
    this.retired = true;
    this.peer = undefined;
    return { send: [], renewed: false, retired: true };
  }
}
