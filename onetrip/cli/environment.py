"""The environment that the parts of onetrip read, and what to say when something in it is missing."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from onetrip.cli.engines.folders import choose_home, write_private
from onetrip.cli.owner import choose_engine_user
from onetrip.cli.refusals import CannotStart

REQUIRED = ("ONETRIP_SECRET_KEY", "DATABASE_URL", "VALKEY_URL")
RUNNING_DEMO = "running.json"


def require_environment() -> None:
    """Refuse to go on without what production must be told.

    Raises:
        CannotStart: naming every variable that is missing.
    """
    missing = [name for name in REQUIRED if not os.environ.get(name)]
    if missing:
        raise CannotStart(
            f"{', '.join(missing)} not set: production makes up no secrets and no servers "
            "(see ops/onetrip.env.example; for a sample city on this machine: make demo)."
        )


def set_up_django() -> None:
    """Load Django for a command, with the environment given or, without one, that of the running demo.

    Raises:
        CannotStart: neither is there, or the settings refuse a value.
    """
    if not any(os.environ.get(name) for name in REQUIRED):
        os.environ.update(environment_of_running_demo())
    require_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetrip.project.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise CannotStart(str(error)) from None


def publish_running_demo(home: Path, environ: Mapping[str, str]) -> None:
    """Let commands in other terminals talk to this demo; the file holds the secret key, so mode 600."""
    names = (*REQUIRED, "ONETRIP_MODE", "ONETRIP_HOME", "ONETRIP_WECHAT", "ONETRIP_WECHAT_PAY")
    write_private(home / RUNNING_DEMO, json.dumps({name: environ[name] for name in names}, indent=1))


def environment_of_running_demo() -> dict[str, str]:
    """What a running demo published, or nothing."""
    home = choose_home(user=choose_engine_user(), environ=os.environ)
    try:
        published = json.loads((home / RUNNING_DEMO).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(value) for name, value in published.items()}
