from django.apps import AppConfig


class FrameConfig(AppConfig):
    name = "onetrip.faces.frame"
    label = "frame"
