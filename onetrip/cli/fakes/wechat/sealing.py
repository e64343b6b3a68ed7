"""How WeChat signs and encrypts what it sends to an account, from WeChat's side."""

import base64
import hashlib
import os
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

_BLOCK = 32


def signature_of(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


@dataclass(frozen=True)
class Sealing:
    """The account's callback token and key; without a key everything travels in the clear."""

    token: str
    aes_key: str
    appid: str

    def wrap(
        self, xml: str, *, openid: str, stamp: int, nonce: str | None = None
    ) -> tuple[dict[str, str], str]:
        """Return the query and the body of a callback."""
        nonce = nonce or secrets.token_hex(8)
        query = {"timestamp": str(stamp), "nonce": nonce, "openid": openid}
        query["signature"] = signature_of(self.token, str(stamp), nonce)
        if not self.aes_key:
            return query, xml
        sealed = self.encrypt(xml)
        query |= {
            "encrypt_type": "aes",
            "msg_signature": signature_of(self.token, str(stamp), nonce, sealed),
        }
        return (
            query,
            f"<xml><ToUserName><![CDATA[gh]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>",
        )

    def encrypt(self, xml: str) -> str:
        body = xml.encode()
        plain = os.urandom(16) + struct.pack(">I", len(body)) + body + self.appid.encode()
        rest = _BLOCK - len(plain) % _BLOCK
        cipher = self._cipher().encryptor()
        return base64.b64encode(cipher.update(plain + bytes([rest]) * rest) + cipher.finalize()).decode()

    def decrypt(self, sealed: str) -> str:
        cipher = self._cipher().decryptor()
        plain = cipher.update(base64.b64decode(sealed)) + cipher.finalize()
        plain = plain[: -plain[-1]]
        (size,) = struct.unpack(">I", plain[16:20])
        if plain[20 + size :].decode() != self.appid:
            raise ValueError("for another account")
        return plain[20 : 20 + size].decode()

    def read_answer(self, fields: Mapping[str, str]) -> str:
        """Return the XML in a sealed answer. Raises ValueError for a signature that is not the account's."""
        expected = signature_of(self.token, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
        if fields["MsgSignature"] != expected:
            raise ValueError("signature")
        return self.decrypt(fields["Encrypt"])

    def _cipher(self) -> Cipher[CBC]:
        key = base64.b64decode(self.aes_key + "=")
        return Cipher(AES(key), CBC(key[:16]))


def xml_of(fields: Mapping[str, str | int | float]) -> str:
    """Write a message as WeChat does: texts as CDATA, numbers bare."""
    parts = []
    for name, value in fields.items():
        text = (
            f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"
            if isinstance(value, str)
            else escape(str(value))
        )
        parts.append(f"<{name}>{text}</{name}>")
    return f"<xml>{''.join(parts)}</xml>"
