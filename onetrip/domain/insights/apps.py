from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "onetrip.domain.insights"
    label = "insights"
