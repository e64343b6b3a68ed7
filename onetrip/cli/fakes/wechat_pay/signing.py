"""Signatures and encryption of WeChat Pay v3, from the provider's side."""

import base64
import json
import re
import secrets
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from onetrip.cli.fakes.wechat_pay.keys import MERCHANT, OURS, load_certificate, load_key, serial_of

_SCHEME = "WECHATPAY2-SHA256-RSA2048"
_PART = re.compile(r'(\w+)="([^"]*)"')
_CLOCKS_APART_S = 300


class Seal:
    """Both sides' keys, as far as the provider holds them."""

    def __init__(self, *, folder: Path) -> None:
        ours, merchant = folder / OURS, folder / MERCHANT
        self._key: RSAPrivateKey = load_key(ours / "key.pem")
        self.certificate = load_certificate(ours / "certificate.pem")
        self.certificate_pem = (ours / "certificate.pem").read_text(encoding="ascii")
        self.serial = serial_of(self.certificate)
        merchant_key = load_certificate(ours / "merchant_certificate.pem").public_key()
        assert isinstance(merchant_key, RSAPublicKey)
        self.merchant_key: RSAPublicKey = merchant_key
        self._secret = (merchant / "apiv3.key").read_text(encoding="ascii").strip()
        self.merchant = json.loads((merchant / "merchant.json").read_text(encoding="utf-8"))

    def headers(self, body: str, *, stamp: int, key: RSAPrivateKey | None = None) -> dict[str, str]:
        """Sign what we send. `key`: another one, for a forgery."""
        nonce = secrets.token_hex(16)
        signature = (key or self._key).sign(f"{stamp}\n{nonce}\n{body}\n".encode(), PKCS1v15(), SHA256())
        return {
            "Wechatpay-Timestamp": str(stamp),
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": base64.b64encode(signature).decode(),
            "Wechatpay-Serial": self.serial,
            "Wechatpay-Signature-Type": _SCHEME,
        }

    def encrypted(self, plain: str, *, kind: str) -> dict[str, str]:
        """Return a resource that only the merchant can read."""
        nonce = secrets.token_hex(6)
        cipher = AESGCM(self._secret.encode()).encrypt(nonce.encode(), plain.encode(), kind.encode())
        return {
            "algorithm": "AEAD_AES_256_GCM",
            "associated_data": kind,
            "nonce": nonce,
            "ciphertext": base64.b64encode(cipher).decode(),
        }

    def refusal_of(
        self, authorization: str, *, method: str, path: str, body: str, now_s: float
    ) -> str | None:
        """Return what is wrong with a request's signature, None when it is the merchant's."""
        scheme, _space, rest = authorization.partition(" ")
        parts = dict(_PART.findall(rest))
        if scheme != _SCHEME or parts.get("mchid") != self.merchant["mchid"]:
            return "SIGN_ERROR"
        if parts.get("serial_no") != self.merchant["serial"]:
            return "SIGN_ERROR"
        try:
            stamp = int(parts["timestamp"])
            signature = base64.b64decode(parts["signature"])
            signed = f"{method}\n{path}\n{stamp}\n{parts['nonce_str']}\n{body}\n"
            self.merchant_key.verify(signature, signed.encode(), PKCS1v15(), SHA256())
        except (KeyError, ValueError, InvalidSignature):
            return "SIGN_ERROR"
        return None if abs(now_s - stamp) <= _CLOCKS_APART_S else "SIGN_ERROR"


def notice_of(seal: Seal, *, event_id: str, event_type: str, resource: dict[str, Any], created: str) -> str:
    """Write a notice; its resource is encrypted."""
    kind = "refund" if event_type.startswith("REFUND") else "transaction"
    body = {
        "id": event_id,
        "create_time": created,
        "resource_type": "encrypt-resource",
        "event_type": event_type,
        "summary": "退款成功" if kind == "refund" else "支付成功",
        "resource": {
            "original_type": kind,
            **seal.encrypted(json.dumps(resource, ensure_ascii=False), kind=kind),
        },
    }
    return json.dumps(body, ensure_ascii=False)
