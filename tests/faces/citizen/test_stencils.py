"""A page put together by its stencil is, byte for byte, the page that its template makes."""

import re

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.shortcuts import render
from django.urls import reverse

from onetrip.domain.booking.models import Slot
from onetrip.faces.citizen.views.visit import booking
from onetrip.faces.frame.drawing import stencils
from tests.faces.citizen.conftest import Person

_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")\w+')


def plain(request, template, *, shape, texts, fixed):
    return render(request, template, {**fixed, **shape, **texts})


@pytest.fixture
def address(me: Person, case_id: str) -> str:
    slot = Slot.objects.select_related("schedule__venue").latest("starts_at")
    return f"{reverse('citizen:book', args=[case_id])}?venue={slot.schedule.venue.code}"


@pytest.mark.parametrize("more", ["", "&area=%3Cb%3E%26", "&day=2020-02-02", "&day=nonsense"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("text", ["normal", "large"])
def test_it_is_the_same_page(
    me: Person, address: str, more: str, language: str, text: str, monkeypatch
) -> None:
    me.client.cookies["onetrip_language"] = language
    me.client.cookies["onetrip_text"] = text
    pages = []
    for number in range(3):
        if number == 2:
            monkeypatch.setattr(booking, "render_by_stencil", plain)
        response = me.client.get(address + more)
        assert response.status_code == 200
        pages.append(_TOKEN.sub(r"\1", response.content.decode()))
    assert pages[0] == pages[1] == pages[2]
    assert "\ue000" not in pages[0] and "<b>&" not in pages[0]


def test_the_token_is_the_session_s_own_and_new_each_time(me: Person, address: str) -> None:
    tokens = {
        re.search(r'csrfmiddlewaretoken" value="(\w+)', me.client.get(address).content.decode())[1]
        for _n in "ab"
    }
    assert len(tokens) == 2


def test_a_notice_is_shown(me: Person, address: str, monkeypatch) -> None:
    monkeypatch.setattr(stencils, "get_messages", lambda request: [Message(constants.INFO, "x")])
    assert me.client.get(address).status_code == 200
