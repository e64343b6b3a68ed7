"""What a page shows of the other person, and the pictures kept for the README."""

import io
import os
import time
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, TimeoutError

from tests.browser import Paper, picture_of
from tests.patience import PATIENCE_S

PICTURES = os.environ.get("ONETRIP_SCREENSHOTS", "")
_COLOURS = 160
_STANDS = """() => ({
    path: location.pathname, loaded: document.readyState, connection: document.documentElement.dataset.connection,
    live: window.onetripLive?.status, docs: window.onetripLive?.docs, media: window.onetripCall?.media,
    link: window.onetripCall?.link, state: window.onetripCall?.state, said: document.body.innerText.slice(0, 400),
})"""
_FRAMES = "document.querySelector('video[data-video=remote]').getVideoPlaybackQuality().totalVideoFrames"


class Sight:
    """One open page and the questions that journeys ask of it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def path(self) -> str:
        return self.page.url.removeprefix(self.url)

    def wait(self, expression: str, *, within_s: float = PATIENCE_S) -> None:
        """Wait until the expression holds in the page, also across its reloads; else say how things stand."""
        try:
            self.page.wait_for_function(f"() => {expression}", timeout=within_s * 1000)
        except TimeoutError as error:
            raise AssertionError(f"never: {expression}\n{self.stands()}") from error

    def stands(self) -> dict[str, Any]:
        """What the page knows of itself: for the report of a journey that got stuck."""
        found: dict[str, Any] = self.page.evaluate(_STANDS)
        return found

    def see(self, selector: str, *, within_s: float = PATIENCE_S) -> Locator:
        """Wait until something like this is visible."""
        found = self.page.locator(selector).filter(visible=True).first
        try:
            found.wait_for(state="visible", timeout=within_s * 1000)
        except TimeoutError as error:
            raise AssertionError(f"not to be seen: {selector}\n{self.stands()}") from error
        return found

    def see_no(self, selector: str, *, within_s: float = PATIENCE_S) -> None:
        """Wait until nothing like this is visible."""
        self.page.locator(selector).filter(visible=True).first.wait_for(
            state="hidden", timeout=within_s * 1000
        )

    def tap(self, selector: str, *, within_s: float = PATIENCE_S) -> None:
        """Tap it as soon as it is there (a finger on the phone, a click on the desktop)."""
        target = self.see(selector, within_s=within_s)
        if self.page.evaluate("navigator.maxTouchPoints > 0"):
            target.tap()
        else:
            target.click()

    def call(self, name: str) -> Any:
        return self.page.evaluate(f"window.onetripCall?.{name}")

    def sees_paper(self, paper: Paper, *, within_s: float = PATIENCE_S) -> tuple[int, int]:
        """Wait until the received picture shows the paper, judged by its pixels; returns the picture's size."""
        deadline = time.monotonic() + within_s
        while True:
            self.wait("window.onetripCall?.width > 0", within_s=max(1, deadline - time.monotonic()))
            picture = picture_of(self.page)
            if paper.is_in(picture):
                return picture.size
            assert time.monotonic() < deadline, (
                f"the picture ({picture.size}) shows {paper.seals_in(picture)}"
            )
            time.sleep(0.2)

    def picture_goes_on(self, *, within_s: float = PATIENCE_S) -> None:
        """Wait until new frames keep arriving."""
        self.wait(
            "window.onetripCall?.link === 'connected' && window.onetripCall.width > 0", within_s=within_s
        )
        before = self.page.evaluate(_FRAMES)
        # Frames are counted anew when the connection is: fewer than before are new ones, too.
        self.wait(f"{_FRAMES} > {before} + 5 || {_FRAMES} < {before} && {_FRAMES} > 5", within_s=within_s)

    def keep(self, name: str) -> None:
        """Keep a picture of the window for the README, when such are wanted."""
        if not PICTURES:
            return
        folder = Path(PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        taken = Image.open(io.BytesIO(self.page.screenshot(animations="disabled")))
        taken.convert("RGB").quantize(_COLOURS).save(folder / f"{name}.png", optimize=True)
