from django.urls import path

from onetrip.faces.frame import pages

app_name = "frame"
urlpatterns = [
    path("healthz", pages.healthz, name="healthz"),
    path("preferences", pages.preferences, name="preferences"),
    path("console/preferences", pages.preferences, name="console_preferences"),
    path("demo/texts", pages.demo_texts, name="demo_texts"),
    path("styleguide", pages.styleguide, name="styleguide"),
]
