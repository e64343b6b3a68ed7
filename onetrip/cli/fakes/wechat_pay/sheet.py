"""The sheet that WeChat draws over a page when it calls `getBrandWCPayRequest` (JSAPI).

The real one is part of the phone. Here it is a window of its own, opened by the sample city's bridge: it answers the
page that opened it, as WeChat does, with one of three words.
"""

import base64
from dataclasses import dataclass
from html import escape
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from onetrip.cli.fakes.wechat_pay.cashier import frame, what_for

_CLOCKS_APART_S = 300
OK, CANCEL, FAIL = "ok", "cancel", "fail"


@dataclass(frozen=True)
class Request:
    """What the page has handed to the bridge."""

    appid: str
    stamp: str
    nonce: str
    package: str
    kind: str
    signature: str

    @classmethod
    def read(cls, given: dict[str, str]) -> "Request":
        names = ("appId", "timeStamp", "nonceStr", "package", "signType", "paySign")
        return cls(*(given.get(name, "") for name in names))

    @property
    def prepay(self) -> str:
        return self.package.removeprefix("prepay_id=")

    def fault(self, *, appid: str, key: RSAPublicKey, now_s: float) -> str:
        """Return what is wrong with it, nothing when the merchant has signed it just now."""
        if self.appid != appid or self.kind != "RSA" or not self.package.startswith("prepay_id="):
            return "PARAM_ERROR"
        said = f"{self.appid}\n{self.stamp}\n{self.nonce}\n{self.package}\n".encode()
        try:
            key.verify(base64.b64decode(self.signature, validate=True), said, PKCS1v15(), SHA256())
            late = abs(now_s - int(self.stamp)) > _CLOCKS_APART_S
        except (InvalidSignature, ValueError):
            return "SIGN_ERROR"
        return "TIME_EXPIRE" if late else ""


def question(payment: dict[str, Any]) -> str:
    """Ask whether to pay."""
    return frame(
        f'{what_for(payment)}<form method="post"><button name="answer" value="{OK}">确认支付 · Pay</button>'
        f'<button class="quiet" name="answer" value="{CANCEL}">取消 · Cancel</button></form>'
    )


def told(word: str, *, why: str = "") -> str:
    """Answer the page, say the same here, and close."""
    words = {OK: "支付成功 · Paid", CANCEL: "已取消 · Cancelled", FAIL: "支付失败 · Failed"}[word]
    answer = f"get_brand_wcpay_request:{word}"
    return frame(
        f"<p><strong>{words}</strong><br>{escape(why)}</p>"
        f'<script>if (opener) {{ opener.postMessage({{ err_msg: "{answer}" }}, "*"); close(); }}</script>'
    )
