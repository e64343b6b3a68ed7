"""The console's URL table."""

from django.urls import URLPattern, path

from onetrip.faces.console import cases, hall, home, window
from onetrip.faces.console.lead import answers, clashes, figures, machines, people, venues, wall
from onetrip.faces.console.login import login_urls
from onetrip.faces.console.money import office
from onetrip.faces.console.money import window as money_window
from onetrip.faces.console.post import actions, handing, letters, marking, parts

app_name = "console"

_post: list[URLPattern] = [
    path("post/", parts.page, name="post"),
    path("post/side/", parts.side, name="post_side"),
    path("post/line/", parts.line, name="post_line"),
    path("post/work/", parts.work, name="post_work"),
    path("post/materials/", parts.materials, name="post_materials"),
    path("post/conclusion/", parts.conclusion, name="post_conclusion"),
    path("post/relays/", parts.relays, name="post_relays"),
    path("post/papers/<str:case_id>/<str:paper_id>/", parts.paper, name="post_paper"),
    path("post/papers/<str:case_id>/<str:paper_id>/board/", marking.board, name="post_board"),
    path("post/mark/", marking.mark, name="post_mark"),
    path("post/still/", marking.ask_still, name="post_still"),
    path("post/still/drop/", marking.drop_still, name="post_still_drop"),
    path("post/photos/<str:photo_id>/", parts.photo, name="post_photo"),
    path("post/on-duty/", actions.go_on_duty, name="post_on_duty"),
    path("post/off-duty/", actions.go_off_duty, name="post_off_duty"),
    path("post/pause/", actions.pause, name="post_pause"),
    path("post/resume/", actions.resume, name="post_resume"),
    path("post/accept/", actions.accept, name="post_accept"),
    path("post/pass-on/", actions.pass_on, name="post_pass_on"),
    path("post/take/", actions.take, name="post_take"),
    path("post/message/", actions.send_message, name="post_message"),
    path("post/photo/", actions.send_photo, name="post_send_photo"),
    path("post/verdict/", actions.give_verdict, name="post_verdict"),
    path("post/conclude/", actions.conclude, name="post_conclude"),
    path("post/transfer/", handing.transfer_form, name="post_transfer"),
    path("post/hand-over/", handing.transfer, name="post_hand_over"),
    path("post/answer/", handing.send_answer, name="post_answer"),
    path("letters/", letters.letters, name="letters"),
    path("letters/take/", letters.take, name="letter_take"),
    path("letters/put-back/", letters.put_back, name="letter_put_back"),
    path("letters/answer/", letters.answer, name="letter_answer"),
    path("post/next/", actions.finish_wrap_up, name="post_next"),
]
_window: list[URLPattern] = [
    path("window/", window.choose, name="window"),
    path("window/<int:desk_id>/", window.desk, name="window_desk"),
    path("window/<int:desk_id>/now/", window.now, name="window_now"),
    path("window/<int:desk_id>/waiting/", window.waiting, name="window_waiting"),
    path("window/<int:desk_id>/call-next/", window.call_next, name="window_call_next"),
    path("window/<int:desk_id>/recall/", window.recall, name="window_recall"),
    path("window/<int:desk_id>/skip/", window.skip, name="window_skip"),
    path("window/<int:desk_id>/return/", window.return_to_line, name="window_return"),
    path("window/<int:desk_id>/serve/", window.serve, name="window_serve"),
    path("window/<int:desk_id>/transfer/", window.transfer, name="window_transfer"),
    path("window/<int:desk_id>/say/", window.say, name="window_say"),
    path("window/<int:desk_id>/outcome/", window.record_outcome, name="window_outcome"),
]
_hall: list[URLPattern] = [
    path("hall/", hall.choose, name="halls"),
    path("hall/<str:venue_code>/", hall.hall, name="hall"),
    path("hall/<str:venue_code>/state/", hall.state, name="hall_state"),
    path("hall/<str:venue_code>/arrivals/", hall.arrivals, name="hall_arrivals"),
    path("hall/<str:venue_code>/items/", hall.items, name="hall_items"),
    path("hall/<str:venue_code>/check-in/", hall.check_in, name="hall_check_in"),
    path("hall/<str:venue_code>/walk-in/", hall.walk_in, name="hall_walk_in"),
    path("hall/<str:venue_code>/machines/", machines.machines, name="hall_machines"),
    path("hall/<str:venue_code>/machines/add/", machines.add, name="hall_machine_add"),
    path("hall/<str:venue_code>/machines/remove/", machines.remove, name="hall_machine_remove"),
    path("hall/<str:venue_code>/machines/printer/", machines.printer, name="hall_printer"),
    path("hall/<str:venue_code>/tickets/<str:ticket_id>/print/", hall.print_slip, name="hall_print"),
    path("hall/<str:venue_code>/tickets/<str:ticket_id>/", hall.ticket, name="hall_ticket"),
    path("hall/<str:venue_code>/tickets/<str:ticket_id>/priority/", hall.give_priority, name="hall_priority"),
]
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    *login_urls,
    path("wall/", wall.page, name="wall"),
    path("wall/now/", wall.now, name="wall_now"),
    *_post,
    *_window,
    *_hall,
    path("cases/<str:case_id>/", cases.case, name="case"),
    path("insights/", figures.dashboard, name="insights"),
    path("insights/cases/", figures.behind, name="insights_cases"),
    path("venues/", venues.choose, name="venues"),
    path("venues/<str:venue_code>/", venues.venue, name="venue"),
    path("venues/<str:venue_code>/close/", venues.close_on, name="venue_close"),
    path("venues/<str:venue_code>/reopen/", venues.reopen_on, name="venue_reopen"),
    path("venues/<str:venue_code>/unstaffed/", clashes.leave_unstaffed, name="venue_unstaffed"),
    path("venues/<str:venue_code>/clashes/", clashes.clashes, name="venue_clashes"),
    path("venues/<str:venue_code>/clashes/move/", clashes.move, name="venue_move"),
    path("venues/<str:venue_code>/rule/", venues.set_rule, name="venue_rule"),
    path("venues/<str:venue_code>/backs-up/", venues.set_backs_up, name="venue_backs_up"),
    path("venues/<str:venue_code>/shares/", venues.set_shares, name="venue_shares"),
    path("venues/<str:venue_code>/appeals/", venues.answer_appeal, name="venue_appeal"),
    path("answers/", answers.answers, name="answers"),
    path("answers/write/", answers.write, name="answer_write"),
    path("answers/remove/", answers.remove, name="answer_remove"),
    path("people/", people.people, name="people"),
    path("fees/<str:case_id>/", money_window.fee, name="fee"),
    path("till/", money_window.till, name="till"),
    path("money/", office.money, name="money"),
    path("money/export/", office.export, name="money_csv"),
    path("money/bill/", office.bill, name="bill"),
]
