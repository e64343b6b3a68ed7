from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "onetrip.domain.payments"
    label = "payments"
    default_auto_field = "django.db.models.BigAutoField"
