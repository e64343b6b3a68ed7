"""The console's URL table."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from onetrip.faces.console.login import login_urls
from onetrip.faces.frame.gates import staff_required

app_name = "console"


@staff_required()
def home(request: HttpRequest) -> HttpResponse:
    """Stand in until the rooms behind the door are built."""
    return render(request, "frame/base.html")


urlpatterns: list[URLPattern] = [path("", home, name="home"), *login_urls]
