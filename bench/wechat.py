"""`wechat_reply_p99_ms`: from a keyword that WeChat brings to the account's answer, believed, thought of, kept, sealed.

Over HTTP, through the servers as production starts them, in safe mode, each message new and each phone's place known,
so that every answer searches the catalogue and names the nearest hall. WeChat itself waits five seconds.
"""

import http.client
import itertools
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import urlencode

from bench.figures import AT_MOST, Figure
from bench.stage import Server, Stage
from onetrip.cli.fakes.wechat.account import ACCOUNT, make_account
from onetrip.cli.fakes.wechat.sealing import Sealing, xml_of

MESSAGES = 2000
PHONES = 4  # that write at the same moment
LIMIT_MS = 150.0
WORDS = (
    "jsz",
    "身份证丢了",
    "驾驶证遗失补证",
    "护照",
    "居住证",
    "sfz",
    "迁户口",
    "无犯罪记录",
    "driving licence",
    "zzzz",
)
PLACE = {
    "MsgType": "location",
    "Location_X": 34.7523,
    "Location_Y": 113.6658,
    "Scale": 15,
    "Label": "二七纪念塔",
}
_numbers = itertools.count(secrets.randbits(40))


def measure(stage: Stage, _wanted: set[str]) -> list[Figure]:
    """One figure, with the median told beside it."""
    folder = stage.folder / "wechat"
    known = make_account(
        folder=folder,
        url="http://127.0.0.1:9",
        pages_url="",
        site_url="https://city.example.org",
        plain=False,
    )
    sealing = Sealing(token=known["token"], aes_key=known["aes_key"], appid=known["appid"])
    stage.environ["ONETRIP_WECHAT"] = str(folder / ACCOUNT)
    server = stage.serve_web()
    per_phone = stage.count(MESSAGES) // PHONES
    with ThreadPoolExecutor(PHONES) as phones:
        runs = [phones.submit(_talk, server, sealing, per_phone) for _phone in range(PHONES)]
        took = sorted(itertools.chain.from_iterable(run.result() for run in runs))
    del stage.environ["ONETRIP_WECHAT"]
    p99, median = took[int(len(took) * 0.99)], took[len(took) // 2]
    stage.tell(f"{len(took)} keywords: median {median:.1f} ms, p99 {p99:.1f} ms")
    return [
        Figure("wechat_reply_p99_ms", p99, "ms", LIMIT_MS, f"p99 of {len(took):,} keywords", (AT_MOST, 1.0))
    ]


def _talk(server: Server, sealing: Sealing, count: int) -> list[float]:
    """Tell where the phone is, then ask; the first few questions warm up and are not counted."""
    openid = "o" + secrets.token_urlsafe(20)[:27]
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    _ask(link, sealing, openid, PLACE)
    took = []
    for number in range(count + 20):
        begin = time.perf_counter()
        _ask(link, sealing, openid, {"MsgType": "text", "Content": WORDS[number % len(WORDS)]})
        took.append((time.perf_counter() - begin) * 1000)
    link.close()
    return took[20:]


def _ask(
    link: http.client.HTTPConnection, sealing: Sealing, openid: str, fields: dict[str, str | int | float]
) -> None:
    now = int(datetime.now(UTC).timestamp())
    message = {
        "ToUserName": "gh_1",
        "FromUserName": openid,
        "CreateTime": now,
        "MsgId": next(_numbers),
        **fields,
    }
    query, body = sealing.wrap(xml_of(message), openid=openid, stamp=now)
    link.request("POST", f"/hooks/wechat?{urlencode(query)}", body.encode(), {"Content-Type": "text/xml"})
    answer = link.getresponse()
    said = answer.read()
    if answer.status != 200 or b"<Encrypt>" not in said:
        raise RuntimeError(f"{answer.status} {said[:200]!r}")
