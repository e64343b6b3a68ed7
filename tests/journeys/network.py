"""The network of one browser, cut as in a tunnel: nothing arrives, nothing leaves, nobody is told."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser


@contextmanager
def in_a_tunnel(browser: Browser) -> Iterator[None]:
    """Freeze the one process of Chromium through which all its packets go: requests, sockets and media.

    The developer tools' own "offline" reaches neither open sockets nor media.
    """
    process = _network_process(browser)
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def _network_process(browser: Browser) -> int:
    tools = browser.new_browser_cdp_session()
    processes = tools.send("SystemInfo.getProcessInfo")["processInfo"]
    tools.detach()
    for process in processes:
        command = Path(f"/proc/{process['id']}/cmdline").read_bytes()
        if b"network.mojom.NetworkService" in command:
            return int(process["id"])
    raise AssertionError("this Chromium has no network process of its own")
