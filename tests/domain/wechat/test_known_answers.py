"""Signatures and encryption against the examples that WeChat publishes with its documentation."""

import pytest

from onetrip.domain.wechat.errors import MessageForged, MessageUnreadable
from onetrip.domain.wechat.rules import reading, sealing

KEY, APPID, TOKEN = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx2c2769f8efd9abc2", "spamtest"
STAMP, NONCE = "1409735669", "1320562132"
SEALED = (
    "hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6F8PGHQHFVAFmOD2LdJF9FrXpb"
    "UAh0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T332jisa+h6tEDYsVticbSnyU8dKOIbgU6ux5VTjg3yt+WGzjlpKn"
    "6NPhRjpA912xMezR4kw6KWwMrCVKSVCZciVGCgavjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdUue1v6h0EIBYYI1BD1Dl"
    "D+C0CR8e6OewpusjZ4uBl9FyJvnhvQl+q5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCzpu9GhglF2PE="
)


def test_the_published_message_opens() -> None:
    assert sealing.is_signed("5d197aaffba7e9b25a30732f161a50dee96bd5fa", TOKEN, STAMP, NONCE, SEALED)
    opened = reading.fields_of(sealing.open_sealed(SEALED, aes_key=KEY, appid=APPID))
    assert opened["Content"] == "abcdteT" and opened["MsgId"] == "6054768590064713728"


def test_what_we_seal_opens_again() -> None:
    for text in ("", "您好", "x" * 31, "y" * 1000):
        assert (
            sealing.open_sealed(sealing.seal(text, aes_key=KEY, appid=APPID), aes_key=KEY, appid=APPID)
            == text.encode()
        )


@pytest.mark.parametrize("sealed", [
    SEALED[:-8] + "AAAAAAA=", SEALED[:100], "", "%%%", SEALED[4:], "QUJD",
    sealing.seal("<xml/>", aes_key=KEY, appid="wx0000000000000000"),
    sealing.seal("<xml/>", aes_key=KEY[::-1], appid=APPID),
], ids=["end", "cut", "empty", "no base64", "front", "short", "another account", "another key"])  # fmt: skip
def test_what_was_not_sealed_for_us_does_not_open(sealed: str) -> None:
    with pytest.raises(MessageForged):
        sealing.open_sealed(sealed, aes_key=KEY, appid=APPID)


def test_the_published_page_signature() -> None:
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    signed = sealing.page_signature(
        ticket=ticket, nonce="Wm3WZYTPz0wzccnW", stamp=1414587457, url="http://mp.weixin.qq.com?params=value"
    )
    assert signed == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


@pytest.mark.parametrize("xml", [
    b"", b"<xml>", b"no", b'<!DOCTYPE a [<!ENTITY b "c">]><xml><A>&b;</A></xml>',
    b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><xml/>', b"\xff\xfe<xml/>",
])  # fmt: skip
def test_xml_with_traps_is_not_read(xml: bytes) -> None:
    with pytest.raises(MessageUnreadable):
        reading.fields_of(xml)


def test_places_of_the_phones_map_become_wgs84() -> None:
    place = {"FromUserName": "o1", "CreateTime": "1", "MsgType": "location", "MsgId": "1",
             "Location_X": "34.751473", "Location_Y": "113.667797"}  # fmt: skip
    assert reading.incoming(place).position == (34.753, 113.662)
    assert reading.incoming({**place, "Location_X": "91"}).position is None
    assert reading.incoming({**place, "Location_Y": "east"}).position is None
