/** Tells the officer that somebody waits: sound, desktop notification, the tab's title. One window rings, however many are open. */

import { ringOnce } from "../live/sound.ts";
import type { CallSettings } from "./call.ts";

const RING_EVERY_MS = 2000;
const LOCK = "onetrip-ring";

export class Ring {
  private timer: number | undefined;
  private title = document.title;
  private notification: Notification | undefined;
  private release: (() => void) | undefined;

  constructor(private readonly settings: CallSettings) {}

  start(what: string): void {
    if (this.timer !== undefined) return;
    this.title = document.title;
    let odd = false;
    this.timer = window.setInterval(() => {
      odd = !odd;
      document.title = odd ? `● ${this.settings.ring_title ?? ""} ${what}` : this.title;
    }, RING_EVERY_MS / 2);
    this.sound(what);
  }

  stop(): void {
    if (this.timer === undefined) return;
    clearInterval(this.timer);
    this.timer = undefined;
    document.title = this.title;
    this.notification?.close();
    this.release?.();
    this.release = undefined;
  }

  /** Web Locks pick the one window that makes noise; a browser without them lets each ring. */
  private sound(what: string): void {
    const ring = (): void => {
      if (this.timer === undefined) return;
      this.notify(what);
      const again = (): void => {
        if (this.timer === undefined) return;
        ringOnce();
        navigator.vibrate?.(200);
        setTimeout(again, RING_EVERY_MS);
      };
      again();
    };
    if (!navigator.locks) { ring(); return; }
    void navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
      if (!lock || this.timer === undefined) return undefined;
      ring();
      return new Promise<void>((resolve) => { this.release = resolve; });
    });
  }

  private notify(what: string): void {
    if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
    try {
      this.notification = new Notification(this.settings.ring_title ?? document.title, {
        body: what || (this.settings.ring_body ?? ""), tag: LOCK, requireInteraction: true,
        ...(this.settings.ring_icon ? { icon: this.settings.ring_icon } : {}),
      });
      this.notification.onclick = () => { window.focus(); this.notification?.close(); };
    } catch { /* some browsers only allow notifications from a service worker; sound and title remain */ }
  }
}
