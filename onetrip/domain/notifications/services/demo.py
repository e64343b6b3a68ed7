"""The phones of the sample city."""

from datetime import datetime

from onetrip.core.unit import use_case
from onetrip.domain.notifications.models import DemoText


@use_case
def show_on_demo_phone(*, key: str, phone: str, text: str, at: datetime) -> None:
    """Keep what the sample city's provider delivered, so that its page can show it; the same key once."""
    received = DemoText(key=key, address=phone, text=text, received_at=at)
    DemoText.objects.bulk_create([received], ignore_conflicts=True)
