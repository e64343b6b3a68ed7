from django.apps import AppConfig


class HooksConfig(AppConfig):
    name = "onetrip.faces.hooks"
    label = "hooks"
