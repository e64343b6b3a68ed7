"""The URL table: citizens at the root, staff below /console/, other systems below /hooks/, the
machines of a hall below /kiosk/."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("console/", include("onetrip.faces.console.urls")),
    path("hooks/", include("onetrip.faces.hooks.urls")),
    path("kiosk/", include("onetrip.faces.kiosk.urls")),
    path("", include("onetrip.faces.citizen.urls")),
    path("", include("onetrip.faces.frame.urls")),
]
handler400 = "onetrip.faces.frame.refusals.bad_request"
handler403 = "onetrip.faces.frame.refusals.not_allowed"
handler404 = "onetrip.faces.frame.refusals.not_found"
handler500 = "onetrip.faces.frame.refusals.server_error"
