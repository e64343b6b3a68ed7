"""The daily bill of WeChat Pay, as it is downloaded."""

import csv
import io
from datetime import datetime

from onetrip.core import clock
from onetrip.domain.payments.gateways.faults import Unreachable


def bill_lines(text: str) -> list[tuple[str, int, str, datetime]]:
    """Read a bill: named columns, every value after a backtick, then two lines of sums.

    Raises Unreachable for one that cannot be read.
    """
    reader = csv.DictReader(io.StringIO(text))
    found = []
    try:
        for row in reader:
            if not row["交易时间"].startswith("`"):
                break  # the sums
            is_refund = row["交易状态"].strip("`") == "REFUND"
            number, provider_no = (
                (row["商户退款单号"], row["微信退款单号"])
                if is_refund
                else (row["商户订单号"], row["微信订单号"])
            )
            fen = _fen(row["申请退款金额"] if is_refund else row["订单金额"])
            moment = datetime.fromisoformat(row["交易时间"].strip("`")).replace(tzinfo=clock.CITY_TZ)
            found.append((number.strip("`"), -fen if is_refund else fen, provider_no.strip("`"), moment))
    except (KeyError, ValueError, AttributeError) as error:
        raise Unreachable(f"line {len(found) + 2} of the bill: {error}") from error
    return found


def _fen(text: str) -> int:
    """Read an amount like `12.30 without going through a float."""
    yuan, _dot, rest = text.strip("`").partition(".")
    return int(yuan) * 100 + int((rest + "00")[:2])
