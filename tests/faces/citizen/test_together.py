"""A family comes once: how many people, and what else at the same visit, on the pages without any script."""

import re

from django.urls import reverse

from onetrip.domain.booking.models import Appointment, Slot
from onetrip.domain.cases.models import Case
from onetrip.domain.catalog import queries as catalog
from tests.faces.citizen.conftest import Hall, Person, free_time, open_case, tomorrow_at

SLOT = r'name="slot" value="(\w+)"'


def another_errand(person: Person) -> str:
    """Begin an errand that is free of charge and done anywhere by the same windows."""
    return open_case(person, next(card.code for card in catalog.search("驾驶证信息变化换证")))


def test_two_matters_in_one_visit(me: Person, case_id: str, hall: Hall) -> None:
    free_time(hall, tomorrow_at(9).replace(minute=15))
    other = another_errand(me)
    book = reverse("citizen:book", args=[case_id])
    plain = me.client.get(book, {"venue": "hall-1"}).content.decode()
    assert "more=1" in plain and other not in plain
    shown = me.client.get(book, {"venue": "hall-1", "more": "1"}).content.decode()
    assert other in shown
    times = me.client.get(book, {"venue": "hall-1", "more": "1", "with": other}).content.decode()
    slots = re.findall(SLOT, times)
    assert len(slots) == 1  # only nine o'clock has another free time right behind it
    answer = me.client.post(book, {"slot": slots[0], "venue": "hall-1", "with": other})
    assert answer.status_code == 302 and "appointment" in answer.url
    page = me.client.get(answer.url).content.decode()
    assert "09:15" in page
    me.client.post(reverse("citizen:confirm", args=[case_id]))
    assert set(Appointment.objects.values_list("state", flat=True)) == {"booked"}
    assert set(Case.objects.values_list("state", flat=True)) == {"booked"}
    assert Appointment.objects.filter(slot__starts_at=tomorrow_at(9)).get().visit_id


def test_a_family_needs_longer(me: Person, case_id: str, hall: Hall) -> None:
    free_time(hall, tomorrow_at(9).replace(minute=15))
    book = reverse("citizen:book", args=[case_id])
    alone = me.client.get(book, {"venue": "hall-1", "more": "1"}).content.decode()
    assert len(re.findall(SLOT, alone)) == 4
    family = me.client.get(book, {"venue": "hall-1", "persons": "4"}).content.decode()
    nine = Slot.objects.get(starts_at=tomorrow_at(9))
    assert re.findall(SLOT, family) == [nine.public_id]
    me.client.post(book, {"slot": nine.public_id, "venue": "hall-1", "persons": "4"})
    assert Appointment.objects.get().units == 2


def test_somebody_elses_errand_is_not_taken_along(me: Person, case_id: str, stranger: Person) -> None:
    theirs = another_errand(stranger)
    book, slot = reverse("citizen:book", args=[case_id]), Slot.objects.earliest("starts_at")
    answer = me.client.post(book, {"slot": slot.public_id, "venue": "hall-1", "with": theirs})
    assert answer.status_code == 404 and not Appointment.objects.exists()
