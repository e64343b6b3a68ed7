/** What a device and its network can do, measured before it matters. Each probe resolves to one word; none throws. */

import type { LocalMedia } from "./media.ts";
import { audio } from "../live/sound.ts";
import { brightness, carries, type Word } from "./health.ts";

const DARK = 24; // of 255, the picture's middle brightness
const HEARD = 0.012; // of 1, root mean square while somebody speaks
const LISTEN_MS = 5000;
const RELAY_MS = 6000;
const FLOOD_MS = 3000;
const MOST_KBPS = 3000; // nobody's relay is flooded for a test: more is not needed for a call
const PACKET = 1100;

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function camera(media: LocalMedia): Promise<Word> {
  await media.start();
  if (!media.video) return "bad";
  const video = document.createElement("video");
  video.muted = video.playsInline = true;
  video.srcObject = new MediaStream([media.video]);
  await Promise.race([video.play().catch(() => undefined), later(2000)]);
  await later(500); // the first pictures of many cameras are dark
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen || !video.videoWidth) return "bad";
  pen.drawImage(video, 0, 0, 64, 48);
  video.srcObject = null;
  return brightness(pen.getImageData(0, 0, 64, 48).data) < DARK ? "dark" : "ok";
}

export async function microphone(media: LocalMedia): Promise<Word> {
  await media.start();
  const context = audio();
  if (!media.audio || !context) return "bad";
  const analyser = context.createAnalyser(), source = context.createMediaStreamSource(new MediaStream([media.audio]));
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize), until = performance.now() + LISTEN_MS;
  let heard = false;
  while (!heard && performance.now() < until) {
    await later(100);
    analyser.getFloatTimeDomainData(samples);
    heard = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length) > HEARD;
  }
  source.disconnect();
  return heard ? "ok" : "silent";
}

const relayed = (configuration: RTCConfiguration): RTCPeerConnection => new RTCPeerConnection({ ...configuration, iceTransportPolicy: "relay" });

/** Gives a place at the relay? `none`: this city has no relay, browsers reach each other directly. */
export async function relay(configuration: RTCConfiguration): Promise<Word> {
  if (!configuration.iceServers?.length) return "none";
  const pc = relayed(configuration);
  try {
    pc.createDataChannel("probe");
    const found = new Promise<Word>((resolve) => {
      pc.onicecandidate = ({ candidate }) => { if (candidate?.type === "relay") resolve("ok"); else if (!candidate) resolve("bad"); };
    });
    await pc.setLocalDescription();
    return await Promise.race([found, later(RELAY_MS).then((): Word => "bad")]);
  } catch { return "bad"; } finally { pc.close(); }
}

/** kbit/s of a data channel from this page through the relay back to it: the way that pictures will take, both ways. */
async function throughRelay(configuration: RTCConfiguration): Promise<number> {
  const [here, there] = [relayed(configuration), relayed(configuration)];
  try {
    here.onicecandidate = ({ candidate }) => { if (candidate) void there.addIceCandidate(candidate).catch(() => undefined); };
    there.onicecandidate = ({ candidate }) => { if (candidate) void here.addIceCandidate(candidate).catch(() => undefined); };
    const channel = here.createDataChannel("probe", { ordered: false, maxRetransmits: 0 });
    let bytes = 0;
    there.ondatachannel = ({ channel: end }) => {
      end.binaryType = "arraybuffer";
      end.onmessage = ({ data }) => { bytes += (data as ArrayBuffer).byteLength; };
    };
    const open = new Promise<boolean>((resolve) => { channel.onopen = () => resolve(true); });
    await here.setLocalDescription();
    await there.setRemoteDescription(here.localDescription!);
    await there.setLocalDescription();
    await here.setRemoteDescription(there.localDescription!);
    if (!await Promise.race([open, later(RELAY_MS).then(() => false)])) return 0;
    const packet = new Uint8Array(PACKET), began = performance.now();
    let sent = 0, half: { at: number; bytes: number } | undefined;
    for (let now = began; now < began + FLOOD_MS; now = performance.now()) {
      half ??= now > began + FLOOD_MS / 2 ? { at: now, bytes } : undefined; // the beginning is the channel's own warming up
      while (channel.bufferedAmount < 64 * 1024 && sent * 8 < (now - began) * MOST_KBPS) { channel.send(packet); sent += PACKET; }
      await later(10);
    }
    return half ? (bytes - half.bytes) * 8 / (performance.now() - half.at) : 0;
  } catch { return 0; } finally { here.close(); there.close(); }
}

/** kbit/s of fetching a file of ours anew: for cities without a relay; it knows of one direction only. */
async function byDownload(url: string): Promise<number> {
  try {
    const began = performance.now();
    const answer = await fetch(url, { cache: "no-store", credentials: "same-origin" });
    const bytes = (await answer.arrayBuffer()).byteLength;
    return bytes * 8 / Math.max(1, performance.now() - began);
  } catch { return 0; }
}

export async function network(configuration: RTCConfiguration, file: string): Promise<Word> {
  return carries(configuration.iceServers?.length ? await throughRelay(configuration) : await byDownload(file));
}
