"""What messages say: looked at as people would read it, published version after version."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from onetrip.core import clock
from onetrip.core.errors import Invalid, Refusal
from onetrip.domain.notifications import queries as notifications
from onetrip.domain.notifications import services as notification_services
from onetrip.faces.frame.gates import actor_of, staff_required
from onetrip.faces.frame.headers import never_cache

LANGUAGES = ("zh-hans", "en")


@never_cache
@staff_required("edit_catalog")
@require_GET
def wordings(request: HttpRequest) -> HttpResponse:
    """Show what every kind of message says now."""
    own = get_language() or LANGUAGES[0]
    rows = [
        (card, card.now.titles.get(own, ""), card.now.texts.get(own, ""))
        for card in notifications.template_cards()
    ]
    return render(request, "console/outbox/wordings.html", {"rows": rows})


@never_cache
@staff_required("edit_catalog")
@require_http_methods(["GET", "POST"])
def wording(request: HttpRequest, key: str) -> HttpResponse:
    """Change what a message says: look at it as people would read it, then publish it as a new version."""
    card = notifications.template_card(key)
    context: dict[str, Any] = {
        "card": card,
        "versions": notifications.versions_of(key),
        "after": card.now.number,
    }
    if request.method == "GET":
        before = [one for one in context["versions"] if str(one.number) == request.GET.get("version")]
        written = _as_form(before[0] if before else card.now)
        return render(request, "console/outbox/wording.html", {**context, "inputs": _inputs(written)})
    written = {name: request.POST.get(name, "") for name in _as_form(card.now)}
    context["after"] = request.POST.get("after", "")
    try:
        if request.POST.get("verb") == "publish":
            _publish(request, key, written)
            messages.success(request, _("Published. New messages speak like this."))
            return redirect("console:wording", key)
        context["preview"] = _preview(key, written)
    except Refusal as refusal:
        messages.error(request, refusal.text())
        context["field"] = refusal.field
    return render(request, "console/outbox/wording.html", {**context, "inputs": _inputs(written)})


def _as_form(version: notifications.Version) -> dict[str, str]:
    fields = "\n".join(f"{name}={value}" for name, value in version.fields.items())
    titles = {f"title_{language}": version.titles.get(language, "") for language in LANGUAGES}
    texts = {f"text_{language}": version.texts.get(language, "") for language in LANGUAGES}
    return {**titles, **texts, "form": version.form, "fields": fields}


def _inputs(written: dict[str, str]) -> list[tuple[str, str, str, bool]]:
    """Return name, label, value and whether it has many lines, for the form."""
    labels = {
        "title_zh-hans": _("Title in Chinese"),
        "title_en": _("Title in English"),
        "text_zh-hans": _("Text in Chinese"),
        "text_en": _("Text in English"),
        "form": _("WeChat's template id (sub:… for subscription messages)"),
        "fields": _("WeChat's fields, one a line: name={variable}"),
    }
    return [(name, labels[name], written[name], name[:4] in ("text", "fiel")) for name in labels]


def _said(written: dict[str, str], what: str) -> dict[str, str]:
    return {language: " ".join(written[f"{what}_{language}"].split()) for language in LANGUAGES}


def _fields(written: dict[str, str]) -> dict[str, str]:
    lines = [line.strip() for line in written["fields"].splitlines() if line.strip()]
    if not all("=" in line for line in lines):
        raise Invalid(field="fields")
    parts = [line.partition("=") for line in lines]
    return {name.strip(): value.strip() for name, _equals, value in parts}


def _preview(key: str, written: dict[str, str]) -> dict[str, tuple[str, str]]:
    return notifications.preview(
        template=key, titles=_said(written, "title"), texts=_said(written, "text"), fields=_fields(written)
    )


def _publish(request: HttpRequest, key: str, written: dict[str, str]) -> None:
    after = request.POST.get("after", "")
    if not after.isdigit():
        raise Invalid(field="after")
    notification_services.publish_wording(
        template=key,
        titles=_said(written, "title"),
        texts=_said(written, "text"),
        form=written["form"].strip(),
        fields=_fields(written),
        after=int(after),
        by=actor_of(request),
        at=clock.now(),
    )
