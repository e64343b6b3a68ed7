"""The fake WeChat, and Django connected to it."""

from collections.abc import Iterator

import pytest

from tests.fake_wechat import FakeWeChat, fake_wechat, talking_with


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeWeChat]:
    with fake_wechat(folder=tmp_path_factory.mktemp("wechat")) as wechat:
        yield wechat


@pytest.fixture
def wechat(platform: FakeWeChat) -> Iterator[FakeWeChat]:
    with talking_with(platform):
        yield platform
