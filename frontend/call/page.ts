/** Puts the call into the page: buttons, pictures, ring, wake lock, and `window.onetripCall` for tests. */

import type { LivePage } from "../live/page.ts";
import { at, type Doc } from "../live/merge.ts";
import { chime, ringOnce } from "../live/sound.ts";
import { Call, settingsOf } from "./call.ts";
import { Camera } from "./camera.ts";
import { capture } from "./capture.ts";
import { LevelMeter, startDevices } from "./devices.ts";
import * as probes from "./probes.ts";
import { startPointed } from "./pointed.ts";
import { Quality } from "./quality.ts";
import { Ring } from "./ring.ts";
import { SelfTest } from "./selftest.ts";
import { canPhotograph, StillSheet } from "./still.ts";

declare global { interface Window { onetripCall?: unknown } }

const permission = (): string => (typeof Notification === "undefined" ? "unsupported" : Notification.permission);

class CallPage {
  readonly call: Call;
  private readonly ring: Ring;
  private readonly quality: Quality;
  private readonly level = new LevelMeter();
  private readonly refill: () => void;
  private readonly camera = new Camera(() => this.show());
  private readonly still: StillSheet;
  private readonly selfTest: SelfTest;
  private wakeLock: WakeLockSentinel | undefined;
  private lastPhase = "";

  constructor(private readonly main: HTMLElement, private readonly page: LivePage) {
    const settings = settingsOf();
    this.call = new Call(main.dataset["role"] === "officer" ? "officer" : "citizen", page, settings, () => this.show());
    this.ring = new Ring(settings);
    this.quality = new Quality(this.call);
    this.still = new StillSheet(this.call.media);
    this.selfTest = this.testOf();
    this.refill = startDevices(this.call.media);
    document.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("visibilitychange", () => void this.stayAwake());
    this.expose();
    if (main.dataset["desk"]) this.followDesk(`post:${main.dataset["desk"]}`);
    else this.call.attach(main.dataset["consultation"]);
    if (this.call.media.remembered) void this.call.media.start();
    this.show();
  }

  /** A browser that was started again remembers its permissions, not what stood in its windows. */
  private async allowedBefore(): Promise<boolean> {
    try {
      const states = await Promise.all((["camera", "microphone"] as const).map((name) => navigator.permissions.query({ name: name as PermissionName })));
      return states.every(({ state }) => state === "granted");
    } catch { return false; } // a browser that cannot say: a tap turns the camera on
  }

  private followDesk(topic: string): void {
    const follow = (doc: Doc): void => {
      const id = at(doc, "ring.consultation") ?? at(doc, "call.consultation") ?? at(doc, "consultation");
      this.call.attach(typeof id === "string" ? id : undefined);
      if (doc["state"] === "ringing") this.ring.start(String(at(doc, "ring.item") ?? ""));
      else this.ring.stop();
    };
    this.page.client.onChange((changed, doc) => { if (changed === topic) follow(doc); });
    const doc = this.page.client.doc(topic);
    if (doc) follow(doc);
  }

  private testOf(): SelfTest {
    const { media } = this.call;
    const relays = async (): Promise<RTCConfiguration> => { await this.call.relays.ready(); return this.call.relays.configuration; };
    const file = (): string => document.querySelector<HTMLElement>("[data-weigh]")?.dataset["weigh"] ?? "/";
    return new SelfTest({
      camera: () => probes.camera(media), microphone: () => probes.microphone(media), speaker: ringOnce,
      relay: async () => probes.relay(await relays()), network: async () => probes.network(await relays(), file()),
    }, () => this.show());
  }

  private clicked(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-action]") : null;
    const { call } = this;
    const actions: Record<string, () => unknown> = {
      // Whoever turns the camera on here wants the call here, also when another window of theirs has it.
      "allow-camera": () => this.turnTo(),
      "mute": () => call.media.mute(),
      "camera": () => call.media.turnCamera(),
      "switch": () => call.media.switchCamera(),
      "paper": () => call.media.showPaper(),
      "take-over": () => call.takeOver(),
      "unmute-remote": () => call.watch.start(),
      "test-sound": ringOnce,
      "allow-notifications": () => Notification.requestPermission?.().then(() => this.show()),
      "fullscreen": () => call.watch.video?.requestFullscreen?.(),
      "capture": () => button && capture(button),
      "self-test": () => this.selfTest.run(),
      "test-heard": () => this.selfTest.heard(true),
      "test-not-heard": () => this.selfTest.heard(false),
      "test-skip": () => this.selfTest.skip(),
      "test-end": () => this.selfTest.end(),
      "take-still": () => this.still.take(),
      "light": () => this.camera.turnLight(),
      "focus": () => this.camera.focus(),
    };
    void actions[button?.dataset["action"] ?? ""]?.();
  }

  /** The other window lets its camera go when it hears of it: a phone opens one at a time. */
  private turnTo(): Promise<void> {
    if (["elsewhere", "connecting"].includes(this.call.link)) this.call.takeOver();
    return this.call.media.start();
  }

  private show(): void {
    if (!this.call) return; // called while the call is being made
    this.quality?.follow();
    const { call, main } = this;
    this.camera.follow(call.media.video);
    const able = { can_photograph: canPhotograph(), can_turn: call.media.cameras > 1, ...this.camera.local, ...this.selfTest?.local };
    this.page.bindings.setLocal("call", { ...call.local, notifications: permission(), ...able });
    Object.assign(main.dataset, { media: call.media.state, link: call.link, facing: call.media.facing, state: call.phase });
    document.querySelectorAll<HTMLVideoElement>("video[data-video=local]").forEach((video) => {
      if (call.media.stream && call.media.video && video.srcObject !== call.media.stream) video.srcObject = call.media.stream;
      if (video.paused && call.media.video) void video.play().catch(() => undefined);
    });
    for (const [action, pressed] of [["mute", call.media.muted], ["camera", call.media.cameraOff], ["light", this.camera.light]] as const) {
      document.querySelectorAll(`[data-action=${action}]`).forEach((button) => button.setAttribute("aria-pressed", String(pressed)));
    }
    document.querySelectorAll<HTMLElement>("[data-action=switch]").forEach((button) => { button.hidden = call.media.cameras < 2; });
    this.level.follow(call.media.audio);
    if (call.media.state === "on") this.refill();
    if (call.phase !== this.lastPhase) this.phaseChanged(call.phase);
  }

  private phaseChanged(phase: string): void {
    const before = this.lastPhase;
    this.lastPhase = phase;
    const citizen = this.call.role === "citizen";
    if (citizen && before === "waiting" && (phase === "ringing" || phase === "connected")) {
      chime();
      navigator.vibrate?.([150, 80, 150]);
    }
    void this.stayAwake();
    if (before === "" && phase === "connected" && this.call.media.state === "off") {
      void this.allowedBefore().then((allowed) => { if (allowed) void this.turnTo(); });
    }
  }

  /** A phone that goes dark in the middle of a call ends it. */
  private async stayAwake(): Promise<void> {
    const wanted = this.call.phase === "connected" && !document.hidden;
    if (wanted && (!this.wakeLock || this.wakeLock.released)) this.wakeLock = await navigator.wakeLock?.request("screen").catch(() => undefined);
    else if (!wanted) {
      await this.wakeLock?.release().catch(() => undefined);
      this.wakeLock = undefined;
    }
  }

  private expose(): void {
    const { call } = this;
    window.onetripCall = {
      get state() { return call.phase; },
      get link() { return call.link; },
      get rung() { return call.rung; },
      get media() { return call.media.state; },
      get role() { return call.role; },
      get session() { return call.session; },
      get framesDecoded() { return call.watch.framesDecoded; },
      get firstFrameAt() { return call.watch.firstFrameAt; },
      get width() { return call.watch.video?.videoWidth ?? 0; },
      get height() { return call.watch.video?.videoHeight ?? 0; },
      get sentWidth() { return call.watch.sent.width; },
      get sentHeight() { return call.watch.sent.height; },
      stats: async () => Array.from((await call.connection?.getStats())?.values() ?? []) as unknown[],
    };
  }
}

/** Returns the call of this page, if it is about one. */
export function startCall(page: LivePage | undefined): Call | undefined {
  const main = document.querySelector<HTMLElement>("[data-page=call], [data-page=desk]");
  if (!main || !page) return undefined;
  const { call } = new CallPage(main, page);
  startPointed(page);
  return call;
}
