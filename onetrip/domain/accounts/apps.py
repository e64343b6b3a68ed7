from pathlib import Path

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "onetrip.domain.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onetrip.domain.accounts import jobs  # noqa: F401  (registers the jobs)
        from onetrip.domain.notifications import services as notifications

        notifications.declare_messages(file=Path(__file__).with_name("messages.yaml"))
