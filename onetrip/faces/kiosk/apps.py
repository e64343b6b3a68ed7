from django.apps import AppConfig


class KioskConfig(AppConfig):
    name = "onetrip.faces.kiosk"
    label = "kiosk"
