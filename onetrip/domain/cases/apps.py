from pathlib import Path

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "onetrip.domain.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onetrip.core import live
        from onetrip.domain.cases import queries, reactions  # noqa: F401 - importing subscribes
        from onetrip.domain.notifications import services as notifications

        notifications.declare_messages(file=Path(__file__).with_name("messages.yaml"))
        live.register_snapshot("case", queries.case_document)
