"""The page at which a citizen of the sample city pays. It says on every screen that no real money moves."""

import json
from html import escape
from typing import Any
from urllib.parse import urlsplit

_STYLE = """
body{margin:0;font:17px/1.6 system-ui,'PingFang SC','Noto Sans CJK SC',sans-serif;background:#ededed;color:#1a1a1a}
main{max-width:26rem;margin:0 auto;padding:2rem 1.25rem;text-align:center}
.note{background:#fff3d6;border-radius:8px;padding:.75rem 1rem;text-align:left;color:#4a3800}
.fen{font-size:2.75rem;font-weight:600;margin:.5rem 0}
button,a.button{display:block;width:100%;box-sizing:border-box;padding:.9rem;border:0;border-radius:8px;
background:#067a3f;color:#fff;font:inherit;font-weight:600;text-decoration:none;cursor:pointer}
button.quiet{background:#fff;color:#1a1a1a;margin-top:.75rem}
"""


def page(payment: dict[str, Any], *, note: str, back: str) -> str:
    """Show the amount with a button, or what became of it."""
    if payment["success_time"]:
        what = "<p><strong>支付成功</strong><br>Paid</p>"
    elif payment["state"] == "CLOSED" or note:
        what = "<p><strong>订单已关闭，无法支付</strong><br>This payment is closed</p>"
    else:
        what = '<form method="post"><button>确认支付 · Pay</button></form>'
    link = f'<p><a href="{escape(back)}">返回 · Back</a></p>' if _is_page(back) else ""
    return frame(f"{what_for(payment)}{what}{link}")


def what_for(payment: dict[str, Any]) -> str:
    """Say what is paid, and how much."""
    title, fen = escape(str(json.loads(payment["body"]).get("description", ""))), payment["fen"]
    return f"<p>{title}</p><p class=fen>¥{fen // 100}.{fen % 100:02d}</p>"


def gone() -> str:
    """Say that there is no such payment."""
    return frame("<p>没有这笔支付<br>There is no such payment</p>")


def _is_page(address: str) -> bool:
    return urlsplit(address).scheme in ("http", "https")


def frame(body: str) -> str:
    """Put a page around it."""
    return (
        '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>模拟收银台</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style><main><h1>模拟收银台</h1>"
        "<p class=note>示例城市的模拟支付，不会动用真实的钱。<br>A sample: no real money moves.</p>"
        f"{body}</main>"
    )
