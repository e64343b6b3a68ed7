/** Sounds are generated: no asset to load, none to license. */

let context: AudioContext | undefined;

function audio(): AudioContext | undefined {
  context ??= typeof AudioContext === "undefined" ? undefined : new AudioContext();
  if (context?.state === "suspended") void context.resume().catch(() => undefined);
  return context;
}

// Browsers allow sound after the first touch; be ready by then.
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { if (context) audio(); }, { once: true });

/** Plays tones one after the other; each is [frequency in Hz, length in s]. */
export function tones(notes: [number, number][], volume = 0.2): void {
  const out = audio();
  if (!out) return;
  let start = out.currentTime + 0.02;
  for (const [frequency, length] of notes) {
    const tone = out.createOscillator();
    const gain = out.createGain();
    tone.frequency.value = frequency;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(volume, start + 0.02);
    gain.gain.setTargetAtTime(0, start + length * 0.6, length * 0.12);
    tone.connect(gain).connect(out.destination);
    tone.start(start);
    tone.stop(start + length + 0.2);
    start += length;
  }
}

export const chime = (): void => tones([[784, 0.18], [1047, 0.35]]);
export const ringOnce = (): void => tones([[880, 0.22], [660, 0.22], [880, 0.22], [660, 0.34]], 0.3);
export { audio };
