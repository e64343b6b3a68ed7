from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    name = "onetrip.domain.consultations"
    label = "consultations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onetrip.core import live
        from onetrip.domain.consultations import queries

        live.register_snapshot("consultation", queries.consultation_document)
        live.register_snapshot("line", queries.line_document)
        live.register_snapshot("post", queries.post_document)
