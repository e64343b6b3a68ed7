"""The account's callback: what it says, and what it refuses to hear."""

import re
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from onetrip.cli.fakes.wechat.sealing import Sealing, signature_of, xml_of
from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.core.models import AuditEntry
from onetrip.domain.accounts import services as accounts
from onetrip.domain.accounts.models import User
from onetrip.domain.wechat import queries, services
from onetrip.domain.wechat.models import Nonce, Received, Whereabouts
from onetrip.faces.hooks.wechat.languages import is_english
from tests.domain.booking.conftest import Hall
from tests.faces.hooks.conftest import APPID, KEY, OPENID, SITE, TOKEN, Speaker
from tests.people import a_citizen

# The sample hall of the tests, as a phone's map writes it.
HERE = {"Location_X": 34.7515, "Location_Y": 113.6678, "Scale": 15, "Label": "二七广场"}


def refusals() -> list[tuple[str, str]]:
    rows = AuditEntry.objects.filter(verb="wechat.refuse").order_by("id")
    return [(row.detail["code"], row.detail.get("what", "")) for row in rows]


# What it says


def test_a_word_with_one_match_is_answered_with_a_card(account: Speaker, hall: Hall) -> None:
    said = account.ask("驾驶证遗失补证")
    assert said.kind == "news" and len(said.cards) == 1
    (card,) = said.cards
    assert re.fullmatch(rf"{SITE}/items/[\w-]+/", card["Url"]) and "驾驶证" in card["Title"]
    assert "位置" in card["Description"], "nothing is known of where the phone is"


def test_initials_find_several_and_each_is_a_link(account: Speaker, hall: Hall) -> None:
    said = account.ask("jsz")
    links = re.findall(r'<a href="([^"]+)">([^<]+)</a>', said.text)
    assert len(links) >= 3 and all(url.startswith(SITE) for url, _name in links)
    assert any("驾驶证" in name for _url, name in links)
    assert len(said.text.encode()) <= 2048


def test_after_a_location_the_nearest_hall_is_named(account: Speaker, hall: Hall) -> None:
    near = account.say(MsgType="location", MsgId=1, **HERE)  # type: ignore[arg-type]
    assert near.kind == "text" and f"{SITE}/venues/{hall.venue.code}/" in near.text
    (card,) = account.ask("驾驶证遗失补证").cards
    assert hall.venue.name in card["Description"]


def test_a_reported_place_is_kept_rounded_sealed_and_answered_with_nothing(
    account: Speaker, hall: Hall
) -> None:
    said = account.say(
        MsgType="event", Event="LOCATION", Latitude=34.751473, Longitude=113.667797, Precision=50.0
    )
    assert said.text == "success"
    assert queries.whereabouts_of(OPENID, at=clock.now()) == (34.753, 113.662)
    with connection.cursor() as cursor:
        cursor.execute("SELECT position, openid_hash FROM wechat_whereabouts")
        sealed, owner = cursor.fetchone()
    assert b"34.7" not in bytes(sealed) and OPENID not in owner
    services.forget_received(at=clock.now() + timedelta(hours=2, seconds=1))
    assert not Whereabouts.objects.exists() and not Received.objects.exists() and not Nonce.objects.exists()


def test_following_and_scanning_lead_to_the_hall(account: Speaker, hall: Hall) -> None:
    for event, key in (
        ("subscribe", f"qrscene_venue-{hall.venue.code}"),
        ("SCAN", f"venue-{hall.venue.code}"),
    ):
        (card,) = account.say(MsgType="event", Event=event, EventKey=key, Ticket="g1").cards
        assert card["Url"] == f"{SITE}/venues/{hall.venue.code}/" and card["Title"] == hall.venue.name
    assert "jsz" in account.say(MsgType="event", Event="subscribe", EventKey="").text
    assert "jsz" in account.say(MsgType="event", Event="SCAN", EventKey="venue-closed-long-ago").text


def test_leaving_takes_the_place_along(account: Speaker, hall: Hall) -> None:
    account.say(MsgType="location", MsgId=1, **HERE)  # type: ignore[arg-type]
    assert account.say(MsgType="event", Event="unsubscribe", EventKey="").text == "success"
    assert queries.whereabouts_of(OPENID, at=clock.now()) is None


@pytest.mark.parametrize(
    "words", ["<a href='http://evil.example'>x</a>", "zzzz", "<xml>]]>&amp;", "%s %(words)s"]
)
def test_odd_words_are_only_words(account: Speaker, hall: Hall, words: str) -> None:
    said = account.ask(words)
    assert said.status == 200 and all(
        url.startswith(SITE) for url in re.findall(r'href="([^"]+)"', said.text)
    )


def test_a_spoken_question_is_a_question(account: Speaker, hall: Hall) -> None:
    said = account.say(MsgType="voice", MsgId=5, MediaId="m", Format="amr", Recognition="驾驶证遗失补证")
    assert said.kind == "news"


def test_other_messages_are_welcomed(account: Speaker, hall: Hall) -> None:
    for said in (account.say(MsgType="image", MsgId=6, PicUrl="x"), account.ask("您好"), account.ask("  ")):
        assert "jsz" in said.text


def test_in_plain_mode_it_says_the_same(plain_account: Speaker, hall: Hall) -> None:
    assert plain_account.ask("驾驶证遗失补证").kind == "news"


# In which language


@pytest.mark.parametrize("text", ["lost passport", "visa", "hello", "Nearby", "ID card", "driver's licence?"])
def test_english_words_are_no_pinyin(text: str) -> None:
    assert is_english(text)


@pytest.mark.parametrize(
    "text",
    ["jsz", "sfz", "jiashizheng", "shen fen zheng", "JIASHIZHENG", "xi'an", "zhuangkuang", "lvxing", "huzhao",
     "qiongyuan", "er", "身份证", "iPhone 丢了", "", "?", "123"],
)  # fmt: skip
def test_pinyin_initials_and_chinese_are_chinese(text: str) -> None:
    assert not is_english(text)


def test_who_writes_english_is_answered_so_and_told_how_to_get_chinese(account: Speaker, hall: Hall) -> None:
    said = account.ask("nearby")
    assert "Tap" in said.text and said.text.endswith("用中文写事项，我们用中文回复。")
    assert "We found nothing" in account.ask("xylophone").text
    (card,) = account.ask("Replace a lost licence").cards
    assert card["Title"] == "Replace a lost licence"


def test_the_language_chosen_on_our_pages_counts(account: Speaker, hall: Hall) -> None:
    citizen = a_citizen(phone="13900000077")
    accounts.bind_wechat(
        user_id=citizen.pk, openid=OPENID, unionid="", by=Actor.system("test"), at=clock.now()
    )
    assert "jsz" in account.ask("帮助").text and "一次" in account.ask("帮助").text
    assert "一次" in account.ask("help").text, "Chinese was chosen: a word changes nothing"
    User.objects.filter(pk=citizen.pk).update(language="en")
    assert account.ask("帮助").text.startswith("One errand, one trip")
    assert "用中文" not in account.ask("帮助").text


def test_where_wechat_says_the_language_it_is_believed(account: Speaker, hall: Hall) -> None:
    said = account.say(MsgType="event", Event="subscribe", EventKey="", Language="en")
    assert said.text.startswith("One errand, one trip")


# What it hears twice


def test_a_repeated_message_is_answered_alike_and_once(account: Speaker, hall: Hall) -> None:
    first = account.say(MsgType="location", MsgId=9, **HERE)  # type: ignore[arg-type]
    Whereabouts.objects.all().delete()
    again = account.say(MsgType="location", MsgId=9, **HERE)  # type: ignore[arg-type]
    assert first == again and not Whereabouts.objects.exists(), "the second time nothing is written"
    assert Received.objects.count() == 1


# What it does not believe


def test_the_first_question_is_echoed_when_signed(account: Speaker) -> None:
    stamp = str(int(time.time()))
    query = {
        "timestamp": stamp,
        "nonce": "1",
        "echostr": "4711",
        "signature": signature_of(TOKEN, stamp, "1"),
    }
    assert Client().get("/hooks/wechat", query).content == b"4711"
    assert Client().get("/hooks/wechat", {**query, "nonce": "2"}).status_code == 403
    assert Client().get("/hooks/wechat").status_code == 403


def text_message(number: int = 1) -> str:
    return xml_of({"ToUserName": "gh_1", "FromUserName": OPENID, "CreateTime": int(time.time()), "MsgType": "text",
                   "Content": "jsz", "MsgId": number})  # fmt: skip


def test_forgeries_are_refused_and_written_down(account: Speaker, hall: Hall) -> None:
    now, xml = int(time.time()), text_message()
    query, body = account.sealing.wrap(xml, openid=OPENID, stamp=now)
    other_key = Sealing(token=TOKEN, aes_key=KEY[::-1], appid=APPID)
    other_account = Sealing(token=TOKEN, aes_key=KEY, appid="wx0000000000000000")
    other_token = Sealing(token="guessed", aes_key=KEY, appid=APPID)
    clear = Sealing(token=TOKEN, aes_key="", appid=APPID)
    cases = [
        ({**query, "signature": "0" * 40}, body, 403),
        ({**query, "msg_signature": "0" * 40}, body, 403),
        ({name: value for name, value in query.items() if name != "msg_signature"}, body, 403),
        ({name: value for name, value in query.items() if name != "timestamp"}, body, 403),
        ({**query, "timestamp": "九"}, body, 403),
        (query, body[:-40], 422),
        (query, "", 422),
        (query, body.replace("<Encrypt><![CDATA[", "<Encrypt><![CDATA[AAAA"), 403),
        (*other_key.wrap(xml, openid=OPENID, stamp=now), 403),
        (*other_account.wrap(xml, openid=OPENID, stamp=now), 403),
        (*other_token.wrap(xml, openid=OPENID, stamp=now), 403),
        (*clear.wrap(xml, openid=OPENID, stamp=now), 403),
        (*account.sealing.wrap(xml, openid=OPENID, stamp=now - 330), 403),
        (*account.sealing.wrap(xml, openid=OPENID, stamp=now + 330), 403),
        (*account.sealing.wrap("<xml><MsgType>text</MsgType></xml>", openid=OPENID, stamp=now), 422),
    ]
    for number, (asked, sent, status) in enumerate(cases):
        answer = account.post(asked, sent)
        assert answer.status_code == status, number
        assert len(answer.content) < 40 and b"Traceback" not in answer.content
    assert len(refusals()) == len(cases)
    assert not Received.objects.exists()


def test_in_plain_mode_a_signature_carries_one_message_only(plain_account: Speaker, hall: Hall) -> None:
    now = int(time.time())
    query, body = plain_account.sealing.wrap(text_message(1), openid=OPENID, stamp=now, nonce="77")
    assert plain_account.post(query, body).status_code == 200
    assert plain_account.post(query, body).status_code == 200, "WeChat may repeat itself"
    assert plain_account.post(query, text_message(2)).status_code == 403
    assert refusals() == [("wechat_forged", "replay")]
    assert plain_account.post(query, f"<xml><Encrypt>{'A' * 64}</Encrypt></xml>").status_code == 403


def test_what_is_too_large_is_not_read(account: Speaker) -> None:
    query, _body = account.sealing.wrap(text_message(), openid=OPENID, stamp=int(time.time()))
    assert account.post(query, "x" * 70_000).status_code == 413


def test_a_source_that_only_forges_is_turned_away(account: Speaker) -> None:
    answers = [Client().get("/hooks/wechat").status_code for _each in range(125)]
    assert answers[0] == 403 and answers[-1] == 429
    assert len(refusals()) == 120


def test_without_an_account_there_is_nobody_to_talk_to(db: None) -> None:
    assert Client().get("/hooks/wechat").status_code == 409
