from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "onetrip.domain.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onetrip.core import live
        from onetrip.domain.cases import queries, reactions  # noqa: F401 - importing subscribes

        live.register_snapshot("case", queries.case_document)
