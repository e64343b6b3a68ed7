"""A family comes once: how many people, and what else at the same visit, on the pages without any script."""

import re
from datetime import timedelta

from django.urls import reverse

from onetrip.domain.booking.models import Appointment, Slot
from onetrip.domain.cases.models import Case
from onetrip.domain.catalog import queries as catalog
from tests.domain.booking.conftest import build_hall
from tests.faces.citizen.conftest import Hall, Person, free_time, open_case, tomorrow_at

SLOT = r'name="slot"\s+value="(\w+)"'


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


def test_whoever_was_not_fast_enough_for_all_of_it_sees_where_all_of_it_fits(
    me: Person, case_id: str, hall: Hall
) -> None:
    quarter = timedelta(minutes=15)
    rows = [free_time(hall, tomorrow_at(14) + quarter * step, capacity=1) for step in range(1, 4)]
    other = another_errand(me)
    Slot.objects.filter(starts_at=rows[0].starts_at).update(
        taken=1
    )  # at two there is nothing right behind any more
    two, *_rest = Slot.objects.filter(starts_at=tomorrow_at(14))
    wish = {"slot": two.public_id, "venue": "hall-1", "with": other}
    page = me.client.post(reverse("citizen:book", args=[case_id]), wish, follow=True).content.decode()
    assert "剩余名额已不够连续办完" in page and not Appointment.objects.exists()
    named = re.findall(SLOT, page[page.index("离您想要的时段最近") :])
    assert named[0] == rows[1].public_id and f'name="with" value="{other}"' in page
    me.client.post(reverse("citizen:book", args=[case_id]), wish | {"slot": named[0]})
    assert Appointment.objects.filter(state="held").count() == 2


def test_a_family_that_lost_its_time_sees_the_next_long_enough(me: Person, case_id: str, hall: Hall) -> None:
    for step in range(1, 4):
        free_time(hall, tomorrow_at(14) + timedelta(minutes=15 * step), capacity=1)
    full, _second, _third, last = Slot.objects.filter(starts_at__gte=tomorrow_at(14)).order_by("starts_at")
    Slot.objects.filter(pk=full.pk).update(taken=full.capacity)
    wish = {"slot": full.public_id, "venue": "hall-1", "persons": "4"}
    page = me.client.post(reverse("citizen:book", args=[case_id]), wish, follow=True).content.decode()
    named = re.findall(
        SLOT, page[page.index("离您想要的时段最近") : page.index("</div>", page.index("离您想要的"))]
    )
    assert len(named) == 2 and last.public_id not in named  # a quarter of an hour is not enough for four


def test_where_nothing_is_left_the_way_elsewhere_is_still_shown(me: Person, case_id: str, hall: Hall) -> None:
    elsewhere = free_time(build_hall("hall-2"), tomorrow_at(11))
    full = Slot.objects.filter(schedule=hall.schedule).earliest("starts_at")
    Slot.objects.filter(schedule=hall.schedule).update(taken=2)
    wish = {"slot": full.public_id, "venue": "hall-1"}
    page = me.client.post(reverse("citizen:book", args=[case_id]), wish, follow=True).content.decode()
    assert re.findall(SLOT, page) == [elsewhere.public_id]


def test_what_is_only_held_is_given_up_whole(me: Person, case_id: str, hall: Hall) -> None:
    free_time(hall, tomorrow_at(9).replace(minute=15))
    nine = Slot.objects.get(starts_at=tomorrow_at(9))
    wish = {"slot": nine.public_id, "venue": "hall-1", "with": another_errand(me)}
    me.client.post(reverse("citizen:book", args=[case_id]), wish)
    me.client.post(reverse("citizen:cancel", args=[case_id]))
    assert set(Appointment.objects.values_list("state", flat=True)) == {"cancelled"}
    assert not Slot.objects.filter(taken__gt=0).exists()
