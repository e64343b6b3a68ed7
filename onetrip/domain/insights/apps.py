from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "onetrip.domain.insights"
    label = "insights"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onetrip.domain.insights import jobs  # noqa: F401  (registers the jobs)
