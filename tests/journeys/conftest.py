"""Two people with real browsers: `open_browser` for each, with a camera that sees a drawn paper."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser import Paper, chromium

OpenBrowser = Callable[..., Browser]


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    # Playwright runs an event loop in this thread; the tests' own database calls are meant to wait all the same.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("films")


@pytest.fixture
def open_browser(driver: Playwright, films: Path) -> Iterator[OpenBrowser]:
    """`open_browser(camera=PAPER)`, `open_browser(camera=None)` for a device without a camera."""
    with ExitStack() as browsers:

        def open_one(*, camera: Paper | None, extra: tuple[str, ...] = ()) -> Browser:
            film = camera.film(films) if camera else None
            return browsers.enter_context(chromium(driver, camera=film, extra=extra))

        yield open_one
