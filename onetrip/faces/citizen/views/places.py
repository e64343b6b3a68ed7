"""Where: the venues that may do it, nearest first, and a page for each venue."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from onetrip.core import clock
from onetrip.domain.booking import queries as booking
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.venues import queries as venues
from onetrip.faces.citizen.answers import as_params, with_query
from onetrip.faces.citizen.places import Offer, Spot, offers_for, picker_for, spot_in
from onetrip.faces.citizen.qr import qr_response
from onetrip.faces.citizen.steps import STEPS
from onetrip.faces.citizen.views.asking import asked
from onetrip.faces.citizen.week import week_of


@require_GET
def where(request: HttpRequest, code: str) -> HttpResponse:
    """Show only the venues that are competent for this situation, nearest first, on a list and a map."""
    guide, mine = asked(request, code)
    spot = spot_in(request.GET)
    offers = offers_for(competence=mine.competence, territory=mine.territory, spot=spot, at=clock.now())
    context = {
        "guide": guide,
        "checklist": mine,
        "params": as_params(mine.answers),
        "spot": spot,
        "guess": _guess(spot),
        "offers": offers,
        "map": map_of(offers, spot),
        "tiles": settings.TILES_URL,
        "back": with_query(reverse("citizen:checklist", args=[code]), mine.answers),
        "steps": STEPS,
        **picker_for(spot),
    }
    return render(request, "citizen/where.html", context)


def _guess(spot: Spot) -> venues.SubdistrictCard | None:
    """Return the sub-district around the browser's position, to be offered, never to be taken for granted."""
    if spot.latitude is None or spot.longitude is None or spot.subdistrict is not None:
        return None
    return venues.subdistrict_at(spot.latitude, spot.longitude)


def map_of(offers: list[Offer], spot: Spot) -> dict[str, object]:
    """Return what the map script draws."""
    here = [spot.latitude, spot.longitude] if spot.latitude is not None else None
    return {
        "centre": here or list(venues.CITY_CENTRE),
        "zoom": 11,
        "here": here,
        "venues": [
            {
                "code": offer.choice.venue.code,
                "name": offer.choice.venue.name,
                "latitude": offer.choice.venue.latitude,
                "longitude": offer.choice.venue.longitude,
                "url": reverse("citizen:venue", args=[offer.choice.venue.code]),
                "note": offer.choice.venue.address,
            }
            for offer in offers
        ],
    }


@require_GET
@cache_control(public=True, max_age=86400)
def areas(_request: HttpRequest) -> HttpResponse:
    """Return the districts' outlines for the map."""
    return JsonResponse(venues.city_outline())


@require_GET
def venue(request: HttpRequest, code: str) -> HttpResponse:
    """Show a venue: hours of the week, what it does, the way there, how busy it is. QR codes lead here."""
    at = clock.now()
    card = venues.venue(code)
    competences = set(venues.competences_of(code))
    context = {
        "venue": card,
        "hours": venues.hours(venue_code=code, at=at),
        "week": week_of(code, at=at),
        "load": booking.waiting_load(venue_codes=[code], at=at).get(code),
        "categories": [group for group in catalog.categories() if group.competence in competences],
        "map": map_of([], Spot()) | {"centre": [card.latitude, card.longitude], "zoom": 13},
    }
    return render(request, "citizen/venue.html", context)


@require_GET
def venue_qr(request: HttpRequest, code: str) -> HttpResponse:
    """Draw the QR code that leads to a venue's page."""
    card = venues.venue(code)
    return qr_response(request.build_absolute_uri(reverse("citizen:venue", args=[card.code])))
