"""A lead sets up the machines of a hall, and takes them away."""

from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.halls import rules
from onetrip.domain.halls.errors import DeviceKindUnknown, DeviceNameMissing
from onetrip.domain.halls.models import Device
from onetrip.domain.halls.states import DeviceKind
from onetrip.domain.venues import services as venues


@use_case
def add_device(*, venue_code: str, kind: str, label: str, by: Actor, at: datetime) -> str:
    """Set up a machine and return its key, which is shown once and kept nowhere.

    Raises DeviceKindUnknown, DeviceNameMissing, NotAllowed, VenueUnknown.
    """
    venue = venues.lock_venue_to_lead(venue_code=venue_code, by=by)
    if kind not in DeviceKind.values:
        raise DeviceKindUnknown(field="kind")
    if not label.strip():
        raise DeviceNameMissing(field="label")
    key = rules.new_device_key()
    row = Device.objects.create(
        venue=venue, kind=kind, label=label.strip()[:60], key_hash=rules.device_hash(key), added_at=at
    )
    record(verb="device.add", subject=f"device:{row.public_id}", by=by, at=at, detail={"kind": kind})
    return key


@use_case
def remove_device(*, venue_code: str, device_id: str, by: Actor, at: datetime) -> None:
    """Trust a machine no longer. Raises NotAllowed, VenueUnknown, NotFound."""
    venues.lock_venue_to_lead(venue_code=venue_code, by=by)
    row = lock_one(
        Device.objects.filter(public_id=device_id, venue__code=venue_code, removed_at__isnull=True)
    )
    row.removed_at = at
    row.save(update_fields=["removed_at"])
    record(verb="device.remove", subject=f"device:{device_id}", by=by, at=at, detail={"kind": row.kind})


@use_case
def note_seen(*, device_id: str, at: datetime) -> None:
    """Remember that a machine is alive, so that a lead sees which one is not."""
    Device.objects.filter(public_id=device_id).update(seen_at=at)
