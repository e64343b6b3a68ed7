from pathlib import Path

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "onetrip.domain.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onetrip.domain.notifications import jobs, reactions, services  # noqa: F401 - importing registers

        services.declare_messages(file=Path(__file__).with_name("messages.yaml"))
