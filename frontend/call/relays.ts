/** The relays for the call at hand. A credential is for one consultation and some minutes: it is renewed before it ends. */

export interface RelaySettings {
  ice_servers?: RTCIceServer[];
  relay_only?: boolean;
  valid_s?: number;
  relays_url?: string;
}

const PATIENCE_MS = 2000; // a call rather begins without a relay than not at all
const AGAIN_AFTER_MS = 5000;

export class Relays {
  private until: number;
  private asking: Promise<void> | undefined;
  private timer: number | undefined;

  /** `changed` is called with what a connection needs for its next look for a path. */
  constructor(private told: RelaySettings, private readonly changed: (configuration: RTCConfiguration) => void) {
    this.until = performance.now() + (told.valid_s ?? 0) * 1000;
  }

  get configuration(): RTCConfiguration {
    return { iceServers: this.told.ice_servers ?? [], iceTransportPolicy: this.told.relay_only ? "relay" : "all", bundlePolicy: "max-bundle" };
  }

  /** Asks now, and from then on whenever half of the time is over. */
  renew(): Promise<void> {
    if (!this.told.relays_url) return Promise.resolve();
    this.asking ??= this.ask(this.told.relays_url).finally(() => { this.asking = undefined; });
    return this.asking;
  }

  /** Resolves when there are relays to use, or after a short patience without. */
  async ready(): Promise<void> {
    if (this.asking === undefined && performance.now() < this.until) return;
    await Promise.race([this.renew(), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  }

  stop(): void { clearTimeout(this.timer); }

  private async ask(url: string): Promise<void> {
    clearTimeout(this.timer);
    let again = AGAIN_AFTER_MS;
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.ok) {
        this.told = { ...this.told, ...(await answer.json() as RelaySettings) };
        const validMs = (this.told.valid_s ?? 0) * 1000;
        this.until = performance.now() + validMs;
        again = Math.max(AGAIN_AFTER_MS, validMs / 2);
        this.changed(this.configuration);
      }
    } catch { /* no network just now: asked again soon */ }
    this.timer = window.setTimeout(() => void this.renew(), again);
  }
}
