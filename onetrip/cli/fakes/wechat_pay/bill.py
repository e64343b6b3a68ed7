"""The daily bill as WeChat Pay writes it: named columns, a backtick before every value, sums at the end."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

COLUMNS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,"
    "代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,"
    "申请退款金额,费率备注"
)
_SUMS = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M:%S}"


def _rows(
    paid: Iterable[dict[str, Any]], back: Iterable[dict[str, Any]], merchant: dict[str, str]
) -> Iterator[list[str]]:
    for row in paid:
        title = json.loads(row["body"]).get("description", "").replace(",", " ") if row.get("body") else ""
        yield [
            _moment(row["success_time"]), merchant["appid"], merchant["mchid"], "0", "", row["transaction_id"],
            row["number"], "o-sample", "NATIVE", "SUCCESS", "OTHERS", "CNY", _yuan(row["fen"]), "0.00", "0", "0",
            "0.00", "0.00", "", "", title, "", "0.00000", "0.00%", _yuan(row["fen"]), "0.00", "",
        ]  # fmt: skip
    for row in back:
        yield [
            _moment(row["success_time"]), merchant["appid"], merchant["mchid"], "0", "", row["transaction_id"],
            row["payment"], "o-sample", "NATIVE", "REFUND", "OTHERS", "CNY", "0.00", "0.00", row["refund_id"],
            row["number"], _yuan(row["fen"]), "0.00", "ORIGINAL", "SUCCESS", "", "", "0.00000", "0.00%", "0.00",
            _yuan(row["fen"]), "",
        ]  # fmt: skip


def bill_of(paid: list[dict[str, Any]], back: list[dict[str, Any]], *, merchant: dict[str, str]) -> bytes:
    """Write the bill of a day."""
    lines = [COLUMNS, *(",".join(f"`{value}" for value in row) for row in _rows(paid, back, merchant))]
    came, went = sum(row["fen"] for row in paid), sum(row["fen"] for row in back)
    sums = [str(len(paid) + len(back)), _yuan(came), _yuan(went), "0.00", "0.00000", _yuan(came), _yuan(went)]
    lines += [_SUMS, ",".join(f"`{value}" for value in sums)]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()
