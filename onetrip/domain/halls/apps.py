from django.apps import AppConfig


class HallsConfig(AppConfig):
    name = "onetrip.domain.halls"
    label = "halls"
    default_auto_field = "django.db.models.BigAutoField"
