"""A place is bound to the person it was confirmed for."""

from django.urls import reverse

from onetrip.core import clock
from onetrip.domain.accounts import services as accounts
from onetrip.domain.accounts.models import User
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking.models import Appointment, Slot
from tests.faces.citizen.conftest import Person


def held(me: Person, case_id: str) -> None:
    me.client.post(
        reverse("citizen:book", args=[case_id]), {"slot": Slot.objects.earliest("starts_at").public_id}
    )


def test_who_has_no_name_yet_says_who_comes(me: Person, case_id: str) -> None:
    User.objects.filter(pk=me.user.pk).update(name="")
    held(me, case_id)
    confirm, page = (reverse(f"citizen:{name}", args=[case_id]) for name in ("confirm", "appointment"))
    assert 'id="id-name"' in me.client.get(page).content.decode()
    refused = me.client.post(confirm, {"name": " "}, follow=True)
    assert "notice-error" in refused.content.decode() and Appointment.objects.get().state == "held"
    me.client.post(confirm, {"name": " 王  芳 "})
    row = Appointment.objects.get()
    assert row.state == "booked" and row.visitor_name is not None
    assert User.objects.get(pk=me.user.pk).name == "王 芳"


def test_a_new_name_of_the_account_does_not_hand_the_place_on(me: Person, case_id: str) -> None:
    held(me, case_id)
    me.client.post(reverse("citizen:confirm", args=[case_id]), {"name": "别人"})
    accounts.set_name(user_id=me.user.pk, name="买家", by=me.actor, at=clock.now())
    row = Appointment.objects.get()
    shown = booking.appointment(appointment_id=row.public_id, citizen_id=me.user.pk)
    assert shown.citizen_name == row.visitor_name == "王芳"
