from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "onetrip.domain.recordings"
    label = "recordings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onetrip.core import live
        from onetrip.domain.recordings import queries, reactions  # noqa: F401 - importing subscribes

        live.register_snapshot("recording", queries.recording_document)
