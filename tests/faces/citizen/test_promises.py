"""What the pages promise of a visit: where one is home soonest, and why; what the pass carries; when to be back."""

from datetime import timedelta

from django.urls import reverse

from onetrip.core import clock
from onetrip.domain.booking import rules
from onetrip.domain.booking import services as booking
from onetrip.domain.booking.models import Slot
from onetrip.domain.cases import services as cases
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.consultations import services as consultations
from onetrip.domain.venues.models import Venue
from onetrip.faces.citizen.templatetags.citizen import day_text
from tests.domain.booking.conftest import Hall, build_hall
from tests.faces.citizen.conftest import (
    BY,
    Person,
    Post,
    answers,
    asked,
    booked,
    open_case,
    tomorrow_at,
)


def test_where_one_is_home_again_soonest_stands_first_with_the_reason(
    hall: Hall, me: Person, case_id: str
) -> None:
    """Ten kilometres further, but nobody waits there: sooner done than in the long line next door."""
    far = build_hall("hall-2")
    Venue.objects.filter(pk=far.venue.pk).update(name="远处大厅", latitude=34.86)
    here = {"subdistrict": "410105001"}
    page = me.client.get(reverse("citizen:book", args=[case_id]), here).content.decode()
    assert page.index("车管所</a>") < page.index("远处大厅</a>")
    in_line("hall-1", 40)
    page = me.client.get(reverse("citizen:book", args=[case_id]), here).content.decode()
    assert page.index("远处大厅</a>") < page.index("车管所</a>")
    reason = page[page.index("远处大厅</a>") : page.index("车管所</a>")]
    assert "路上约" in reason and "轮到您" in reason


def in_line(venue_code: str, count: int) -> None:
    for number in range(count):
        booking.take_ticket(
            venue_code=venue_code, competence="driving_licence", item_code="i40", item_name="换证", by=BY,
            at=clock.now() - timedelta(minutes=count - number),
        )  # fmt: skip


def test_what_can_be_finished_without_coming_says_so_before_any_venue(hall: Hall, me: Person) -> None:
    item = next(card.code for card in catalog.search("驾驶证") if _finishes_online(card.code))
    asked_for = {f"a_{key}": value for key, value in answers(item).items()}
    for address in (f"/items/{item}/checklist", f"/items/{item}/where"):
        assert "一次都不用跑" in me.client.get(address, asked_for).content.decode()
    page = me.client.get(reverse("citizen:book", args=[open_case(me, item)])).content.decode()
    assert page.index("一次都不用跑") < page.index("车管所")


def _finishes_online(item: str) -> bool:
    return bool(catalog.personal_checklist(catalog.guide_of(item), answers(item)).finish_online)


def test_the_pass_carries_what_was_found_by_whom_when_and_by_which_guide(
    hall: Hall, me: Person, case_id: str, post: Post
) -> None:
    call = asked(me, case_id)
    consultations.mark_seen(posts=[post.desk.pk], at=clock.now())
    officer = {"officer_id": post.officer.pk, "by": post.actor, "at": clock.now()}
    consultations.accept(consultation_id=call, **officer)
    material = catalog.personal_checklist(
        catalog.guide_of("i46-licence-lost"), answers("i46-licence-lost")
    ).materials[0]
    cases.give_verdict(case_id=case_id, material=material.key, verdict="ok", **officer)
    consultations.conclude(consultation_id=call, kind="ready", text="材料齐全", **officer)
    booked(me, case_id, Slot.objects.get(starts_at=tomorrow_at(9)))
    page = me.client.get(reverse("citizen:pass", args=[case_id])).content.decode()
    found = page[page.index("窗口凭此码可见") :]
    assert material.name in found and "王警官" in found
    version = catalog.guide_of("i46-licence-lost").version_no
    assert f"依据第 {version} 版办事须知" in found
    assert f"王警官，{day_text(clock.now())}" in found or f"王警官, {day_text(clock.now())}" in found


def test_whoever_waits_long_is_told_when_to_be_back(hall: Hall, me: Person) -> None:
    at = clock.now()
    in_line("hall-1", 9)
    mine = cases.walk_in(
        venue_code="hall-1", item_code="i46-licence-lost", citizen_id=me.user.pk, by=me.actor, at=at
    )
    page = me.client.get(reverse("citizen:ticket", args=[mine])).content.decode()
    assert "可暂时离开，请在" in page
    assert rules.be_back_at(at=at, wait_s=90 * 60) == (at + timedelta(minutes=45)).replace(
        second=0, microsecond=0
    )
    assert rules.be_back_at(at=at, wait_s=15 * 60) is None, "so short a wait is waited in the hall"
