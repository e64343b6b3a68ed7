/** Inside WeChat its own functions (JS-SDK) give the position and scan a code. Whoever calls falls back to the browser's. */

interface Point { latitude: number; longitude: number }
interface Wx {
  config(setup: Record<string, unknown>): void;
  ready(then: () => void): void;
  error(then: (fault: unknown) => void): void;
  getLocation(wish: { type: "wgs84"; success(found: Point): void; fail(): void; cancel(): void }): void;
  scanQRCode(wish: { needResult: 0 | 1; scanType: string[] }): void;
}

const SDK = "https://res.wx.qq.com/open/js/jweixin-1.6.0.js";
const WAIT_MS = 6000;
let prepared: Promise<Wx> | undefined;

/** True in WeChat's own browser, on a page of a city that has an account there. */
export function isInWeChat(): boolean {
  return navigator.userAgent.includes("MicroMessenger") && document.body.dataset["wechat"] !== undefined;
}

function loadSdk(): Promise<Wx> {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = SDK;
    script.onload = () => {
      const wx = (window as { wx?: Wx }).wx;
      if (wx) done(wx); else failed(new Error("no wx"));
    };
    script.onerror = () => failed(new Error("not loaded"));
    document.head.append(script);
  });
}

async function setUp(): Promise<Wx> {
  const url = `${document.body.dataset["wechat"] ?? ""}?url=${encodeURIComponent(location.href.split("#")[0] ?? "")}`;
  const [wx, answer] = await Promise.all([loadSdk(), fetch(url, { headers: { Accept: "application/json" } })]);
  if (!answer.ok) throw new Error(`setup ${answer.status}`);
  const setup = (await answer.json()) as Record<string, unknown>;
  return new Promise((done, failed) => {
    wx.ready(() => done(wx));
    wx.error(failed);
    wx.config({ ...setup, jsApiList: ["getLocation", "scanQRCode"] });
  });
}

/** The SDK, set up once for a page; rejected when it does not come in time. */
function ready(): Promise<Wx> {
  prepared ??= Promise.race([
    setUp(),
    new Promise<never>((_done, failed) => { setTimeout(() => failed(new Error("too slow")), WAIT_MS); }),
  ]);
  return prepared;
}

/** Where the phone is, in WGS84 degrees. Rejected when WeChat does not say. */
export async function positionInWeChat(): Promise<Point> {
  const wx = await ready();
  return new Promise((done, failed) => {
    const no = (): void => failed(new Error("refused"));
    wx.getLocation({ type: "wgs84", success: done, fail: no, cancel: no });
  });
}

/** Have WeChat scan a code and open what it leads to. */
export async function scanInWeChat(): Promise<void> {
  (await ready()).scanQRCode({ needResult: 0, scanType: ["qrCode"] });
}

/** Buttons that make sense inside WeChat only stay hidden elsewhere: any camera app reads the same code. */
export function showWhatIsInside(): void {
  if (!isInWeChat()) return;
  document.querySelectorAll<HTMLElement>("[data-inside-wechat]").forEach((element) => { element.hidden = false; });
}
