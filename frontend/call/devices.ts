/** Device pickers and the sound level meter. */

import { audio } from "../live/sound.ts";
import type { LocalMedia } from "./media.ts";

type Picker = "camera" | "microphone" | "speaker";
const KINDS: Record<Picker, MediaDeviceKind> = { camera: "videoinput", microphone: "audioinput", speaker: "audiooutput" };
type Sink = HTMLVideoElement & { setSinkId?(id: string): Promise<void> };

async function fill(media: LocalMedia): Promise<void> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  document.querySelectorAll<HTMLSelectElement>("select[data-device]").forEach((select) => {
    const picker = select.dataset["device"] as Picker;
    const active = picker === "camera" ? media.video : picker === "microphone" ? media.audio : null;
    const chosen = active?.getSettings().deviceId ?? select.value;
    select.replaceChildren(...devices.filter((device) => device.kind === KINDS[picker] && device.deviceId).map((device, i) => {
      const option = new Option(device.label || String(i + 1), device.deviceId);
      option.selected = device.deviceId === chosen;
      return option;
    }));
    select.disabled = select.options.length === 0;
  });
}

export function startDevices(media: LocalMedia): () => void {
  if (!navigator.mediaDevices) return () => undefined;
  const refill = (): void => void fill(media);
  navigator.mediaDevices.addEventListener("devicechange", refill);
  document.addEventListener("change", (event) => {
    const select = event.target;
    if (!(select instanceof HTMLSelectElement) || !select.dataset["device"]) return;
    const picker = select.dataset["device"] as Picker;
    if (picker === "speaker") void document.querySelector<Sink>("video[data-video=remote]")?.setSinkId?.(select.value);
    else void media.pick(picker, select.value).then(refill);
  });
  return refill;
}

/** Shows the microphone's level in `<meter data-level="microphone">`, ten times a second. */
export class LevelMeter {
  private source: MediaStreamAudioSourceNode | undefined;
  private measured: MediaStreamTrack | null = null;
  private timer: number | undefined;

  follow(track: MediaStreamTrack | null): void {
    const meters = document.querySelectorAll<HTMLMeterElement>("meter[data-level=microphone]");
    if (!meters.length || track === this.measured) return;
    this.measured = track;
    clearInterval(this.timer);
    this.source?.disconnect();
    const context = track ? audio() : undefined;
    const show = (level: number): void => meters.forEach((meter) => { meter.value = level; });
    if (!track || !context) { show(0); return; }
    const analyser = context.createAnalyser();
    const samples = new Float32Array(analyser.fftSize);
    this.source = context.createMediaStreamSource(new MediaStream([track]));
    this.source.connect(analyser);
    this.timer = window.setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      show(Math.min(1, Math.sqrt(power) * 4));
    }, 100);
  }
}
