"""Real Chromium browsers whose camera is a film that the test draws. Nothing they do leaves the machine."""

import base64
import io
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.drawn.fonts import font_file

CHROMIUM = os.environ.get("ONETRIP_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
WIDTH, HEIGHT = 1280, 720
FRAMES_PER_S = 30
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}

UNUSED = (
    "WebRtcHideLocalIpsWithMdns", "MediaRouter", "OptimizationHints", "Translate", "AutofillServerCommunication",
    # Pages that a test draws itself come from no address; they may talk to the server on this machine.
    "LocalNetworkAccessChecks", "LocalNetworkAccessChecksWebSockets",
)  # fmt: skip
QUIET = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-default-browser-check",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--disable-domain-reliability", "--disable-client-side-phishing-detection", "--metrics-recording-only",
    # No look-up of any name goes out, and no address is announced by multicast.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    f"--disable-features={','.join(UNUSED)}",
    "--allow-loopback-in-peer-connection",
    "--use-fake-device-for-media-stream", "--autoplay-policy=no-user-gesture-required",
    # A window in the background must not sleep: both sides of a call are watched at once.
    "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
)  # fmt: skip

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Paper:
    """A sheet in front of the camera: a coloured seal in each corner (clockwise from top left) and small print."""

    title: str
    seals: tuple[Colour, Colour, Colour, Colour]

    def drawn(self, *, width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
        """The picture that the camera sees."""
        sheet = Image.new("RGB", (width, height), (244, 242, 236))
        pen = ImageDraw.Draw(sheet)
        for (x, y), colour in zip(self.corners(width, height), self.seals, strict=True):
            pen.rectangle((x - 60, y - 60, x + 60, y + 60), fill=colour)
        font, index = font_file(0)
        pen.text((220, 60), self.title, fill=(20, 20, 20), font=ImageFont.truetype(font, 64, index))
        for line in range(12):  # what a blurred picture would lose
            pen.text((220, 190 + 38 * line), f"{line:02d}  410105 1990 0101 {line:04d}   No. ZZ-{line * 7919:06d}",
                     fill=(30, 30, 30), font=ImageFont.load_default(26))  # fmt: skip
        return sheet

    @staticmethod
    def corners(width: int, height: int) -> tuple[tuple[int, int], ...]:
        return ((100, 100), (width - 100, 100), (width - 100, height - 100), (100, height - 100))

    def seals_in(self, picture: Image.Image) -> list[Colour]:
        """The colours at the places of the seals, in a picture of any size."""
        spots = self.corners(WIDTH, HEIGHT)
        scaled = ((x * picture.width // WIDTH, y * picture.height // HEIGHT) for x, y in spots)
        return [picture.convert("RGB").getpixel(spot) for spot in scaled]  # type: ignore[misc]

    def is_in(self, picture: Image.Image, *, tolerance: int = 40) -> bool:
        """Say whether this paper is what the picture shows."""
        seen = self.seals_in(picture)
        return all(
            abs(a - b) <= tolerance
            for got, seal in zip(seen, self.seals, strict=True)
            for a, b in zip(got, seal, strict=True)
        )

    def film(
        self, folder: Path, *, width: int = WIDTH, height: int = HEIGHT, frames: int = 10,
        frames_per_s: int = FRAMES_PER_S,
    ) -> Path:  # fmt: skip
        """Write the film for the fake camera (YUV4MPEG2); a dot moves, so that every frame is a new one."""
        path = folder / f"{abs(hash((self, width, height, frames_per_s)))}.y4m"
        if path.exists():
            return path
        still = self.drawn(width=width, height=height)
        with path.open("wb") as file:
            file.write(f"YUV4MPEG2 W{width} H{height} F{frames_per_s}:1 Ip A1:1 C420mpeg2\n".encode())
            for number in range(frames):
                frame = still.copy()
                x = width // 2 + 12 * number
                ImageDraw.Draw(frame).ellipse((x, height - 60, x + 16, height - 44), fill=(10, 90, 200))
                y, cb, cr = frame.convert("YCbCr").split()
                half = (width // 2, height // 2)
                file.write(b"FRAME\n" + y.tobytes() + cb.resize(half).tobytes() + cr.resize(half).tobytes())
        return path


CITIZENS_PAPER = Paper("居民身份证 ID CARD", ((200, 30, 30), (30, 140, 60), (30, 60, 190), (210, 160, 20)))
OFFICERS_FACE = Paper("WINDOW 3", ((20, 120, 130), (120, 40, 140), (90, 90, 90), (220, 120, 60)))


@contextmanager
def chromium(
    playwright: Playwright,
    *,
    camera: Path | None,
    extra: tuple[str, ...] = (),
    program: str | Path = CHROMIUM,
) -> Iterator[Browser]:
    """A browser with this film as its camera; None: it has no camera and no microphone at all."""
    film = (f"--use-file-for-fake-video-capture={camera}",) if camera else ()
    arguments = [flag for flag in QUIET if camera or not flag.startswith("--use-fake-device")]
    # `--headless=new` is ours: playwright's own flag names a browser that Debian does not ship.
    browser = playwright.chromium.launch(
        executable_path=program, headless=False, args=[*arguments, *film, *extra],
        ignore_default_args=["--mute-audio"], env={**os.environ, "DISPLAY": ""},
    )  # fmt: skip
    try:
        yield browser
    finally:
        browser.close()


def visitor(
    browser: Browser, *, allow_camera: bool = True, phone: bool = False, language: str = "zh-CN",
    cookies: dict[str, tuple[str, str]] | None = None, url: str = "",
) -> BrowserContext:  # fmt: skip
    """Somebody's browser profile. `cookies`: name → (value, path), for `url`."""
    context = browser.new_context(
        viewport=PHONE if phone else DESKTOP, is_mobile=phone, has_touch=phone, locale=language,
        timezone_id="Asia/Shanghai",
    )  # fmt: skip
    context.set_default_timeout(15_000)
    if allow_camera:
        context.grant_permissions(["camera", "microphone", "notifications"])
    for name, (value, path) in (cookies or {}).items():
        context.add_cookies([{"name": name, "value": value, "url": url.rstrip("/") + path, "httpOnly": True}])
    return context


@contextmanager
def without_network(browser: Browser) -> Iterator[None]:
    """As in a tunnel: nothing arrives, nothing leaves, nobody is told.

    All packets of a browser, media too, go through one process of it, which is stopped. The developer tools' own
    "offline" refuses new requests only: open sockets and media go on.
    """
    tools = browser.new_browser_cdp_session()
    processes = tools.send("SystemInfo.getProcessInfo")["processInfo"]
    tools.detach()
    (network,) = (
        int(process["id"])
        for process in processes
        if b"network.mojom.NetworkService" in Path(f"/proc/{process['id']}/cmdline").read_bytes()
    )
    os.kill(network, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(network, signal.SIGCONT)


def picture_of(page: Page, selector: str = "video[data-video=remote]") -> Image.Image:
    """What a video element shows now, at the size in which it arrived; a dark dot when it shows nothing (any more)."""
    url = page.evaluate(
        """selector => {
            const video = document.querySelector(selector);
            const canvas = document.createElement("canvas");
            // Without a size there is no picture to be had of a canvas.
            canvas.width = video.videoWidth || 1; canvas.height = video.videoHeight || 1;
            canvas.getContext("2d").drawImage(video, 0, 0);
            return canvas.toDataURL("image/png");
        }""",
        selector,
    )
    return Image.open(io.BytesIO(base64.b64decode(url.split(",", 1)[1])))
