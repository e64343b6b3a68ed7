"""Every address of the citizen's door. What is printed as a QR code (items, venues, arrival) must never change."""

from django.urls import path

from onetrip.faces.citizen.login import login_urls
from onetrip.faces.citizen.views import asking, booking, calls, errands, finding, hall, marks, places

app_name = "citizen"
urlpatterns = [
    path("", finding.home, name="home"),
    path("search", finding.search, name="search"),
    path("categories/<slug:code>/", finding.category, name="category"),
    path("items/<slug:code>/", finding.item, name="item"),
    path("items/<slug:code>/qr.svg", finding.item_qr, name="item_qr"),
    path("items/<slug:code>/questions", asking.questions, name="questions"),
    path("items/<slug:code>/checklist", asking.checklist, name="checklist"),
    path("items/<slug:code>/where", places.where, name="where"),
    path("areas.json", places.areas, name="areas"),
    path("venues/<slug:code>/", places.venue, name="venue"),
    path("venues/<slug:code>/qr.svg", places.venue_qr, name="venue_qr"),
    path("cases/", errands.cases, name="cases"),
    path("cases/new", errands.new_case, name="new_case"),
    path("cases/<slug:case_id>/", errands.case, name="case"),
    path("cases/<slug:case_id>/ask", errands.ask, name="ask"),
    path("cases/<slug:case_id>/withdraw", errands.withdraw, name="withdraw"),
    path("cases/<slug:case_id>/rating", errands.rate_visit, name="rate_visit"),
    path("cases/<slug:case_id>/book", booking.book, name="book"),
    path("cases/<slug:case_id>/appointment/", booking.appointment, name="appointment"),
    path("cases/<slug:case_id>/appointment/confirm", booking.confirm, name="confirm"),
    path("cases/<slug:case_id>/appointment/cancel", booking.cancel, name="cancel"),
    path("cases/<slug:case_id>/appointment.ics", booking.calendar, name="calendar"),
    path("cases/<slug:case_id>/pass", booking.arrival_pass, name="pass"),
    path("cases/<slug:case_id>/pass.svg", booking.arrival_qr, name="pass_qr"),
    path("cases/<slug:case_id>/check-in", booking.check_in, name="check_in"),
    path("marks/", marks.marks, name="marks"),
    path("marks/<slug:mark_id>/appeal", marks.appeal, name="mark_appeal"),
    path("calls/<slug:consultation_id>/", calls.call, name="call"),
    path("calls/<slug:consultation_id>/relays", calls.relays, name="relays"),
    path("calls/<slug:consultation_id>/leave", calls.leave, name="leave"),
    path("calls/<slug:consultation_id>/messages", calls.say, name="say"),
    path("calls/<slug:consultation_id>/photos", calls.send_photo, name="send_photo"),
    path("calls/<slug:consultation_id>/photos/<slug:photo_id>", calls.photo, name="photo"),
    path("calls/<slug:consultation_id>/chat", calls.switch_to_chat, name="switch_to_chat"),
    path("calls/<slug:consultation_id>/rating", calls.rate, name="rate_call"),
    path("arrive/<slug:venue_code>/", hall.arrive, name="arrive"),
    path("arrive/<slug:venue_code>/qr.svg", hall.arrive_qr, name="arrive_qr"),
    path("arrive/<slug:venue_code>/ticket", hall.walk_in, name="walk_in"),
    path("tickets/<slug:ticket_id>/", hall.ticket, name="ticket"),
    path("tickets/<slug:ticket_id>/leave", hall.leave_line, name="leave_line"),
    path("board/<slug:venue_code>/", hall.board, name="board"),
    *login_urls,
]
