from pathlib import Path

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "onetrip.domain.complaints"
    label = "complaints"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onetrip.domain.complaints import jobs, reactions  # noqa: F401  (registers and subscribes)
        from onetrip.domain.notifications import services as notifications

        notifications.declare_messages(file=Path(__file__).with_name("messages.yaml"))
