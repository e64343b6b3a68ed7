from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "onetrip.domain.booking"
    label = "booking"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onetrip.core import live
        from onetrip.domain.booking import queries, reactions  # noqa: F401 - importing subscribes
        from onetrip.domain.booking.services.telling import MOVED_BY_VENUE
        from onetrip.domain.notifications import services as notifications

        notifications.register_text(
            key=MOVED_BY_VENUE,
            text=_(
                "%(item)s: the office cannot keep your time and has moved it. New: %(when)s, %(venue)s. You can "
                "move or cancel it under “My errands”; nothing is held against you."
            ),
        )

        live.register_snapshot("hall", queries.hall_document)
        live.register_snapshot("ticket", queries.ticket_document)
