"""When many book at once: a page asks the browser to work for a moment, and says what to do where it cannot."""

import html
import json
import re
from typing import Any

import altcha
from django.urls import reverse

from onetrip.domain.booking.models import Appointment, Slot
from tests.faces.citizen.conftest import Person


def test_a_proof_is_asked_for_solved_and_taken(me: Person, case_id: str, settings: Any) -> None:
    settings.BOOKING_PROOF = "always"
    slot = Slot.objects.earliest("starts_at")
    wish = {"slot": slot.public_id, "venue": slot.schedule.venue.code, "day": slot.day.isoformat()}
    book = reverse("citizen:book", args=[case_id])
    sent_back = me.client.post(book, wish)
    assert sent_back.status_code == 302 and "proof=3" in sent_back.url
    page = me.client.get(sent_back.url).content.decode()
    assert f'data-proof-slot="{slot.public_id}"' in page and "<noscript>" in page
    found = re.search(r'data-proof="([^"]+)"', page)
    assert found is not None
    challenge = altcha.Challenge.from_dict(json.loads(html.unescape(found[1])))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None and not Appointment.objects.exists()
    me.client.post(book, {**wish, "proof": altcha.Payload(challenge, solution).to_base64()})
    assert Appointment.objects.get().state == "held"


def test_without_a_rush_nothing_is_asked(me: Person, case_id: str) -> None:
    slot = Slot.objects.earliest("starts_at")
    page = me.client.get(
        reverse("citizen:book", args=[case_id]), {"venue": slot.schedule.venue.code}
    ).content.decode()
    assert "data-proof" not in page


def test_who_tries_too_often_is_told_to_wait(me: Person, case_id: str, settings: Any) -> None:
    settings.BOOKING_TRIES_AN_HOUR = 2
    slot = Slot.objects.earliest("starts_at")
    wish = {"slot": slot.public_id, "venue": slot.schedule.venue.code, "day": slot.day.isoformat()}
    for _try in range(3):
        answer = me.client.post(reverse("citizen:book", args=[case_id]), wish, follow=True)
    assert "notice-error" in answer.content.decode()


def test_who_was_not_fast_enough_sees_the_nearest_times(me: Person, case_id: str) -> None:
    full, *left = Slot.objects.order_by("starts_at")
    Slot.objects.filter(pk=full.pk).update(taken=full.capacity)
    wish = {"slot": full.public_id, "venue": full.schedule.venue.code, "day": full.day.isoformat()}
    answer = me.client.post(reverse("citizen:book", args=[case_id]), wish, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200 and "notice-error" in page
    first = page.index("离您想要的时段最近")
    assert left[0].public_id in page[first:]
