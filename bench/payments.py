"""`pay_callback`: a notice of the provider believed and committed; `reconcile_10k_s`: 10,000 lines of a bill compared.

The floor of a callback is measured in the same run: one RSA verification, one AES-GCM decryption, one commit.
"""

import base64
import json
import secrets
import statistics
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from bench.figures import AT_MOST, Figure
from bench.stage import Stage
from onetrip.cli.fakes.wechat_pay.books import Books
from onetrip.cli.fakes.wechat_pay.keys import make_keys
from onetrip.cli.fakes.wechat_pay.provider import Provider
from onetrip.cli.fakes.wechat_pay.server import Server
from onetrip.cli.fakes.wechat_pay.signing import Seal, notice_of
from onetrip.cli.ports import free_port

NOTICES = 1000
LINES = 10_000
LIMIT_S = 5.0
WRONG, UNKNOWN = 10, 5
FEN = 4000
Notice = tuple[dict[str, str], bytes]


def measure(stage: Stage, wanted: set[str]) -> list[Figure]:
    """Both figures stand on the city's database, in this process: what HTTP costs is the same for every page."""
    folder, port = stage.folder / "pay", free_port()
    url = f"http://127.0.0.1:{port}"
    make_keys(folder=folder, url=url, notify_url=url, at=datetime.now(UTC))
    from django.conf import settings

    settings.WECHAT_PAY_FOLDER = str(folder / "merchant")
    provider = Provider(seal=Seal(folder=folder), books=Books(":memory:"), cashier_url=url)
    server = Server(("127.0.0.1", port), provider=provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found = []
    try:
        if "pay_callback" in wanted:
            found.append(_callback(stage, provider.seal))
        if "reconcile_10k_s" in wanted:
            found.append(_reconciliation(stage, provider))
    finally:
        server.shutdown()
        server.server_close()
    return found


def _attempts(count: int, *, paid: bool) -> list[str]:
    """Orders that wait for their money (or have it), with one attempt each."""
    from onetrip.core.ids import new_public_id
    from onetrip.domain.payments.models import Attempt, Order

    at = datetime.now(UTC)
    orders = Order.objects.bulk_create(
        Order(item_code="i28", title="补领", full_fen=FEN, due_fen=FEN, made_at=at, changed_at=at,
              state="paid" if paid else "due", paid_at=at if paid else None)
        for _number in range(count)
    )  # fmt: skip
    ends_at = at + timedelta(minutes=10)
    attempts = Attempt.objects.bulk_create(
        Attempt(public_id=new_public_id(), order=order, way="native", fen=FEN, made_at=at, expires_at=ends_at,
                state="paid" if paid else "open", paid_at=at if paid else None,
                provider_no=f"42{secrets.randbelow(10**20)}" if paid else "")
        for order in orders
    )  # fmt: skip
    return [attempt.public_id for attempt in attempts]


def _notice(seal: Seal, number: str) -> Notice:
    said = {
        "mchid": seal.merchant["mchid"],
        "appid": seal.merchant["appid"],
        "out_trade_no": number,
        "transaction_id": f"42{secrets.randbelow(10**26):026d}",
        "trade_state": "SUCCESS",
        "success_time": datetime.now(UTC).isoformat(timespec="seconds"),
        "amount": {"total": FEN, "currency": "CNY"},
    }
    body = notice_of(
        seal, event_id=secrets.token_hex(18), event_type="TRANSACTION.SUCCESS", resource=said, created="now"
    )
    return seal.headers(body, stamp=int(time.time())), body.encode()


def _callback(stage: Stage, seal: Seal) -> Figure:
    """Notice and floor in turns, so that a slow moment of the machine hits both; medians are compared."""
    from onetrip.domain.payments import flows

    count = stage.count(NOTICES)
    notices = [_notice(seal, number) for number in _attempts(count + 20, paid=False)]
    floor = _floor(seal)

    def take(notice: Notice) -> None:
        flows.take_notice(headers=notice[0], body=notice[1], source="bench", at=datetime.now(UTC))

    for notice in notices[:20]:
        take(notice)
        floor(notice)
    ours, bare = [], []
    for notice in notices[20:]:
        ours.append(_took_ms(take, notice))
        bare.append(_took_ms(floor, notice))
    value, limit = statistics.median(ours), statistics.median(bare)
    stage.tell(f"a notice {value:.2f} ms (p99 {_p99(ours):.2f}), verify + decrypt + commit {limit:.2f} ms")
    return Figure("pay_callback", value, "ms", limit, "RSA verify + AES-GCM + one commit", (AT_MOST, 2.0))


def _p99(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.99)]


def _took_ms(act: Callable[[Notice], None], notice: Notice) -> float:
    begin = time.perf_counter()
    act(notice)
    return (time.perf_counter() - begin) * 1000


def _floor(seal: Seal) -> Callable[[Notice], None]:
    """The bare cost: the same two operations, and one row written in one transaction of its own."""
    import psycopg
    from django.db import connection

    key = seal.certificate.public_key()
    assert isinstance(key, RSAPublicKey)
    secret = AESGCM((seal._secret).encode())
    link: Any = psycopg.connect(
        **connection.get_connection_params() | {"cursor_factory": psycopg.Cursor, "context": None}
    )
    link.execute("CREATE TABLE IF NOT EXISTS bench_notice (body text NOT NULL)")
    link.commit()

    def act(notice: Notice) -> None:
        headers, body = notice
        text = f"{headers['Wechatpay-Timestamp']}\n{headers['Wechatpay-Nonce']}\n{body.decode()}\n"
        key.verify(base64.b64decode(headers["Wechatpay-Signature"]), text.encode(), PKCS1v15(), SHA256())
        resource = json.loads(body)["resource"]
        plain = secret.decrypt(
            resource["nonce"].encode(), base64.b64decode(resource["ciphertext"]),
            resource["associated_data"].encode(),
        )  # fmt: skip
        link.execute("INSERT INTO bench_notice (body) VALUES (%s)", [plain.decode()])
        link.commit()

    return act


def _reconciliation(stage: Stage, provider: Provider) -> Figure:
    """A bill downloaded by HTTP, read, written down and compared with as many payments; some differ on either side."""
    from onetrip.core import clock
    from onetrip.core.audit import Actor
    from onetrip.domain.payments import flows, queries

    count, at = stage.count(LINES), clock.now()
    numbers = _attempts(count, paid=True)
    moment = clock.city_time(at).isoformat(timespec="seconds")
    with provider.books.locked():
        for place, number in enumerate(
            [*numbers[UNKNOWN:], *(f"LOST{place:012d}" for place in range(UNKNOWN))]
        ):
            fen = FEN + (place < WRONG)
            provider.books.open_payment(number=number, prepay=f"wx{place}", body={}, fen=fen, expires="")
            provider.books.set_paid(number, transaction_id=f"42{place:026d}", at=moment)
    day = clock.city_day(at)
    begin = time.perf_counter()
    flows.reconcile(day=day, by=Actor.system("bench"), at=at)
    took = time.perf_counter() - begin
    run = queries.reconciliation(day)
    if (run.lines, run.differences) != (count, WRONG + 2 * UNKNOWN):
        raise RuntimeError(f"{run} is not what the bill says")
    stage.tell(f"{count} lines in {took:.2f} s, {run.matched} matched, {run.differences} differences")
    return Figure("reconcile_10k_s", took, "s", LIMIT_S, f"{count:,} lines", (AT_MOST, 1.0))
