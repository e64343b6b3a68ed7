from pathlib import Path

from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    name = "onetrip.domain.consultations"
    label = "consultations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onetrip.core import live
        from onetrip.domain.consultations import queries
        from onetrip.domain.notifications import services as notifications

        notifications.declare_messages(file=Path(__file__).with_name("messages.yaml"))
        live.register_snapshot("consultation", queries.consultation_document)
        live.register_snapshot("guest", queries.guest_document)
        live.register_snapshot("line", queries.line_document)
        live.register_snapshot("post", queries.post_document)
