"""Who may see a page: decorators for the views of all faces."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from onetrip.core import clock, limits
from onetrip.core.audit import Actor
from onetrip.core.errors import NotFound
from onetrip.domain.accounts import queries as accounts
from onetrip.faces.frame import sessions
from onetrip.faces.frame.network import client_ip, is_htmx, wants_json

View = Callable[..., HttpResponseBase]
_RESUME = "resume"
_RESUME_BYTES = 20_000


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts in this request. Raises NotFound for a stranger: put a gate in front of the view."""
    if not request.user.is_authenticated:
        raise NotFound()
    return Actor(kind=request.user.kind, id=request.user.public_id)


def person_id(request: HttpRequest) -> int:
    """Return the row number of who acts, for the domain's `citizen_id=` and `user_id=`. Raises as actor_of."""
    if not request.user.is_authenticated:
        raise NotFound()
    return request.user.pk


def name_of(request: HttpRequest) -> str:
    """Return the name of who acts, empty where they have not told it yet. Raises as actor_of."""
    if not request.user.is_authenticated:
        raise NotFound()
    return str(request.user.name)


def safe_next(request: HttpRequest, default: str) -> str:
    """Return the page to go on to after signing in: one of ours behind the same door, else `default`."""
    wish = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wish, allowed_hosts={request.get_host()}) and wish.startswith(
        "/"
    )
    same_door = sessions.door_of(wish.partition("?")[0]) is sessions.door_of(request.path)
    return wish if is_ours and same_door else default


def citizen_required(view: View) -> View:
    """Let citizens in; send others to the phone login and back. A form they had filled in is kept meanwhile."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.user = sessions.person(request)  # from here on the person, not the promise of one
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST" and not wants_json(request) and not is_htmx(request):
            _keep_form(request)
            return HttpResponseRedirect(_login_address("citizen:login", reverse("citizen:login_resume")))
        return _to_login(request, "citizen:login")

    return gate


def staff_required(verb: str | None = None, *, venue_argument: str | None = None) -> Callable[[View], View]:
    """Let staff in whose roles allow the verb; `venue_argument` names the URL argument that holds the venue's code.

    A stranger goes to the login page (a script gets 401), half a stranger to the second factor, and a colleague
    without the role gets 404: what is not theirs does not exist.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.user = sessions.person(request)
            if not request.user.is_authenticated:
                is_halfway = sessions.pending_of(request) is not None
                return _to_login(request, "console:second_factor" if is_halfway else "console:login")
            venue_code = kwargs.get(venue_argument) if venue_argument else None
            if verb is not None and not accounts.may(request.user.roles, verb, venue_code=venue_code):
                raise NotFound()
            return view(request, *args, **kwargs)

        return gate

    return guard


def limited(*, name: str, limit: int, per_s: int) -> Callable[[View], View]:
    """Refuse an address that asks more than `limit` times in `per_s` seconds with 429."""

    def guard(view: View) -> View:
        @wraps(view)
        def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            limits.take(key=f"page:{name}:{client_ip(request)}", limit=limit, per_s=per_s, at=clock.now())
            return view(request, *args, **kwargs)

        return gate

    return guard


def take_kept_form(request: HttpRequest) -> dict[str, Any] | None:
    """Return the form that was kept while its sender signed in, once: ``{"path": …, "fields": [[name, value]]}``."""
    kept: dict[str, Any] | None = request.session.pop(_RESUME, None)
    return kept


def _keep_form(request: HttpRequest) -> None:
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and isinstance(value, str)
    ]
    if sum(len(name) + len(value) for name, value in fields) <= _RESUME_BYTES:
        request.session[_RESUME] = {"path": request.get_full_path(), "fields": fields}


def _login_address(name: str, next_page: str) -> str:
    return f"{reverse(name)}?{urlencode({'next': next_page})}"


def _page_of(request: HttpRequest) -> str:
    """Return the path of the page that htmx sits in: the way back leads there, not to the part it asked for."""
    address = urlsplit(request.headers.get("HX-Current-URL", ""))
    return f"{address.path}?{address.query}" if address.query else address.path


def _to_login(request: HttpRequest, name: str) -> HttpResponseBase:
    here = request.get_full_path() if request.method == "GET" else ""
    if is_htmx(request):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = _login_address(name, _page_of(request) or here)
        return response
    if wants_json(request):
        return JsonResponse(
            {
                "code": "login_needed",
                "message": _("Please sign in first."),
                "field": None,
                "login": reverse(name),
            },
            status=401,
        )
    return HttpResponseRedirect(_login_address(name, here) if here else reverse(name))
