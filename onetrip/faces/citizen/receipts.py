"""The receipt as a PDF, always in Chinese: it is shown to others. Typeset by Typst, with the machine's Chinese font."""

from functools import cache
from pathlib import Path

import typst

from onetrip.core import clock
from onetrip.core.money import yuan
from onetrip.domain.payments.states import Ground, Way
from onetrip.domain.payments.views import OrderView

_TEMPLATE = Path(__file__).with_name("receipt.typ")
_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "PingFang SC",
    "Microsoft YaHei",
    "AR PL UMing CN",
)
_WAYS = {Way.CASH: "现金", Way.POS: "银行卡"}
_GROUNDS = {
    Ground.LOW_INCOME: "低保对象", Ground.DISABLED: "残疾人", Ground.VETERAN: "现役军人或退役军人",
    Ground.OUR_MISTAKE: "我方差错", Ground.OTHER_RULE: "其他减免规定",
}  # fmt: skip


@cache
def chinese_font() -> str | None:
    """Return a font of this machine that has Chinese, or None: then there is no PDF, and the page is printed."""
    known = set(typst.Fonts(include_system_fonts=True).families())
    return next((name for name in _FONTS if name in known), None)


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(_TEMPLATE)


def receipt_file(order: OrderView, *, payer: str, venue: str, font: str, demo: bool) -> bytes:
    """Return the PDF of a paid order's receipt."""
    assert order.paid_at is not None and order.payment is not None, "only what is paid has a receipt"
    words = {
        "font": font,
        "number": order.receipt_no or "",
        "payer": payer or "—",
        "item": order.title,
        "venue": venue or "—",
        "way": _WAYS.get(Way(order.payment.way), "微信支付"),
        "paid_at": f"{clock.city_time(order.paid_at):%Y年%m月%d日 %H:%M}",
        "amount": yuan(order.payment.fen),
        "full": yuan(order.full_fen),
        "ground": _GROUNDS.get(Ground(order.ground), "") if order.ground else "",
        "returned": yuan(order.payment.given_back_fen) if order.payment.given_back_fen else "",
        "kept": yuan(order.kept_fen),
        "demo": "1" if demo else "",
    }
    content = _compiler().compile(format="pdf", sys_inputs=words)
    assert isinstance(content, bytes), "a PDF is one file"
    return content
