"""What a hall's machines open. All of it but the enrolment answers 404 to anything that is not an enrolled machine."""

from django.urls import path

from onetrip.faces.kiosk import screens, tablets

app_name = "kiosk"
urlpatterns = [
    path("", screens.start, name="start"),
    path("enrol/<str:key>/", screens.enrol, name="enrol"),
    path("code/<str:venue_code>/", screens.code, name="code"),
    path("hall/", tablets.hall, name="hall"),
    path("hall/check-in/", tablets.check_in, name="check_in"),
    path("hall/number/", tablets.take_number, name="take_number"),
    path("hall/numbers/<str:ticket_id>/", tablets.number, name="number"),
    path("hall/numbers/<str:ticket_id>/print/", tablets.print_number, name="print_number"),
]
