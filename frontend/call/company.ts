/** The page of a guest: own camera and microphone, everybody else as a tile, and out when the call is over. */

import type { LivePage } from "../live/page.ts";
import { LocalMedia } from "./media.ts";
import { Mesh } from "./mesh.ts";

export function startCompany(page: LivePage | undefined): void {
  const main = document.querySelector<HTMLElement>("[data-page=company]");
  if (!main || !page) return;
  const { guest, seat, consultation } = main.dataset;
  const show = (): void => {
    page.bindings.setLocal("call", { media: media.state, muted: media.muted, camera_off: media.cameraOff });
    main.dataset["media"] = media.state;
    const video = document.querySelector<HTMLVideoElement>("video[data-video=local]");
    if (video && media.stream && media.video && video.srcObject !== media.stream) video.srcObject = media.stream;
    if (video?.paused && media.video) void video.play().catch(() => undefined);
    for (const [action, pressed] of [["mute", media.muted], ["camera", media.cameraOff]] as const) {
      document.querySelectorAll(`[data-action=${action}]`).forEach((button) => button.setAttribute("aria-pressed", String(pressed)));
    }
  };
  const media: LocalMedia = new LocalMedia("citizen", () => show());
  const actions: Record<string, () => unknown> = {
    "allow-camera": () => media.start(), "mute": () => media.mute(), "camera": () => media.turnCamera(),
  };
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-action]") : null;
    void actions[button?.dataset["action"] ?? ""]?.();
  });
  page.client.onMessage((message) => {
    const out = message.op === "refused" && message.topic === `guest:${guest}`;
    if (out) location.assign(main.dataset["out"] ?? "/");
  });
  if (media.remembered) void media.start();
  new Mesh(page, { party: "guest", seat: Number(seat), ...(guest ? { guest } : {}) }, media, () => consultation);
  show();
}
