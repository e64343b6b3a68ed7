"""The account that the platform knows: made once, written where onetrip reads it."""

import base64
import json
import os
import secrets
from pathlib import Path

from onetrip.cli.engines.folders import make_folder, write_private

ACCOUNT, OURS = "account", "platform"
# The merchant of our WeChat Pay belongs to the same account.
APPID = "wx8888888888888888"


def make_account(*, folder: Path, url: str, pages_url: str, site_url: str, plain: bool) -> dict[str, str]:
    """Make what is missing below `folder`, write where the platform is into account.json, return what it says."""
    make_folder(folder / OURS)
    path = make_folder(folder / ACCOUNT) / "account.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else _new()
    known |= {
        "url": url,
        "pages_url": pages_url,
        "codes_url": pages_url,
        "chat_url": f"{pages_url}/chat",
        "site_url": site_url,
    }
    if plain:
        known["aes_key"] = ""
    write_private(path, json.dumps(known, indent=1))
    return {str(name): str(value) for name, value in known.items()}


def _new() -> dict[str, str]:
    return {
        "appid": APPID,
        "secret": secrets.token_hex(16),
        "token": secrets.token_hex(8),
        "aes_key": base64.b64encode(os.urandom(32)).decode().rstrip("="),
    }
