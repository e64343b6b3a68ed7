"""Every test runs on the real engines. This file starts them and points Django at them before it loads.

DJANGO_SETTINGS_MODULE is set here, not in pyproject.toml: pytest-django would load the settings before any
conftest could say where the engines are.
"""

import os

import django
import pytest

from tests.engines import TestEngines

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetrip.project.settings")
os.environ.setdefault("ONETRIP_MODE", "demo")
os.environ.setdefault("ONETRIP_SECRET_KEY", "only-for-tests-" + "0" * 50)

ENGINES = TestEngines()
ENGINES.point_settings_at_them()
django.setup()


def pytest_configure(config: pytest.Config) -> None:
    if not (config.option.collectonly or config.option.help or config.option.version):
        ENGINES.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    ENGINES.stop()
