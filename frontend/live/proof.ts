/**
 * Proof of work in ALTCHA's format (version 2, SHA-256): the page holds a challenge, this finds the counter that solves
 * it and sends the form that waited for it. Only asked for when many people book at once.
 */

interface Parameters { algorithm: string; nonce: string; salt: string; cost: number; keyLength: number; keyPrefix: string }
export interface Challenge { parameters: Parameters; signature?: string }
export interface Solution { counter: number; derivedKey: string }

const TOGETHER = 64; // tries that are under way at a time: the browser hashes beside the page

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function derive(parameters: Parameters, counter: number): Promise<string> {
  const [salt, nonce] = [bytes(parameters.salt), bytes(parameters.nonce)];
  const start = new Uint8Array(salt.length + nonce.length + 4);
  start.set(salt);
  start.set(nonce, salt.length);
  new DataView(start.buffer).setUint32(salt.length + nonce.length, counter);
  let data: Uint8Array<ArrayBuffer> = start;
  for (let turn = 0; turn < Math.max(1, parameters.cost); turn += 1) data = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return hex(data.subarray(0, parameters.keyLength));
}

/** Tries counters in order until the key begins as asked. */
export async function solve(challenge: Challenge): Promise<Solution> {
  const { parameters } = challenge;
  for (let first = 0; ; first += TOGETHER) {
    const keys = await Promise.all(Array.from({ length: TOGETHER }, (_none, step) => derive(parameters, first + step)));
    const found = keys.findIndex((key) => key.startsWith(parameters.keyPrefix));
    const derivedKey = keys[found];
    if (derivedKey !== undefined) return { counter: first + found, derivedKey };
  }
}

/** What is sent along: challenge and solution, base64 of JSON. */
export function payload(challenge: Challenge, solution: Solution): string {
  return btoa(JSON.stringify({ challenge, solution }));
}

/** Solves the challenge of a form that has one; where the time was chosen already, sends it by itself. */
export async function startProof(): Promise<void> {
  const form = document.querySelector<HTMLFormElement>("form[data-proof]");
  if (!form) return;
  if (!globalThis.crypto?.subtle) { document.querySelectorAll<HTMLElement>("[data-proof-cannot]").forEach((element) => { element.hidden = false; }); return; }
  const challenge = JSON.parse(form.dataset["proof"] ?? "") as Challenge;
  const field = form.elements.namedItem("proof");
  if (field instanceof HTMLInputElement) field.value = payload(challenge, await solve(challenge));
  document.querySelectorAll<HTMLElement>("[data-proof-working]").forEach((element) => { element.hidden = true; });
  form.querySelectorAll<HTMLButtonElement>("button[name=slot]").forEach((button) => { button.disabled = false; });
  const chosen = form.dataset["proofSlot"];
  if (chosen) form.querySelector<HTMLButtonElement>(`button[name=slot][value="${CSS.escape(chosen)}"]`)?.click();
}
