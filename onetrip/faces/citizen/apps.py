from django.apps import AppConfig


class CitizenConfig(AppConfig):
    name = "onetrip.faces.citizen"
    label = "citizen"
