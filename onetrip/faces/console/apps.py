from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "onetrip.faces.console"
    label = "console"
