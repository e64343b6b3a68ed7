"""The URL table: citizens at the root, staff below /console/."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("onetrip.faces.frame.urls")),
    path("console/", include("onetrip.faces.console.urls")),
    path("", include("onetrip.faces.citizen.urls")),
]
