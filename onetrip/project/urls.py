"""The URL table: citizens at the root, staff below /console/."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path


def _face(prefix: str, module: str) -> list[URLPattern | URLResolver]:
    try:
        return [path(prefix, include(module))] if find_spec(module) else []
    except ModuleNotFoundError:
        return []


urlpatterns: list[URLPattern | URLResolver] = [
    *_face("", "onetrip.faces.frame.urls"),
    *_face("console/", "onetrip.faces.console.urls"),
    *_face("", "onetrip.faces.citizen.urls"),
]

handler400 = "onetrip.faces.frame.refusals.bad_request"
handler403 = "onetrip.faces.frame.refusals.not_allowed"
handler404 = "onetrip.faces.frame.refusals.not_found"
handler500 = "onetrip.faces.frame.refusals.server_error"
