"""Signatures and encryption of the callback (消息加解密): SHA-1 of sorted parts, AES-256-CBC with PKCS#7 to 32 bytes.

Source: WeChat's developer documentation, 消息加解密说明. SHA-1 is what the protocol wants; it is keyed by the
callback's token and believed for some minutes only.
"""

import base64
import binascii
import hashlib
import hmac
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from onetrip.domain.wechat.errors import MessageForged

_BLOCK_BITS = 32 * 8
_RANDOM_BYTES = 16


def signature(*parts: str) -> str:
    """Return the hex SHA-1 of the sorted parts, one of which is the secret token."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def is_signed(claimed: str, *parts: str) -> bool:
    """Say whether the signature is right, in a time that tells nothing of how wrong it is."""
    return hmac.compare_digest(claimed.encode(), signature(*parts).encode())


def open_sealed(sealed: str, *, aes_key: str, appid: str) -> bytes:
    """Return the XML of an encrypted message: 16 random bytes, its length, the XML, the appid it is for.

    Raises MessageForged for anything that this key has not sealed for this account.
    """
    try:
        body = base64.b64decode(sealed, validate=True)
        cipher = _cipher(aes_key).decryptor()
        padding = PKCS7(_BLOCK_BITS).unpadder()
        plain = padding.update(cipher.update(body) + cipher.finalize()) + padding.finalize()
        (size,) = struct.unpack_from(">I", plain, _RANDOM_BYTES)
    except (binascii.Error, ValueError, struct.error):
        raise MessageForged(what="encryption") from None
    start = _RANDOM_BYTES + 4
    if plain[start + size :] != appid.encode():
        raise MessageForged(what="account")
    return plain[start : start + size]


def seal(xml: str, *, aes_key: str, appid: str) -> str:
    """Encrypt an answer for WeChat."""
    body = xml.encode()
    plain = os.urandom(_RANDOM_BYTES) + struct.pack(">I", len(body)) + body + appid.encode()
    padding = PKCS7(_BLOCK_BITS).padder()
    cipher = _cipher(aes_key).encryptor()
    padded = padding.update(plain) + padding.finalize()
    return base64.b64encode(cipher.update(padded) + cipher.finalize()).decode()


def _cipher(aes_key: str) -> Cipher[CBC]:
    key = base64.b64decode(aes_key + "=")
    return Cipher(AES(key), CBC(key[:16]))  # the protocol's vector: the key's first half


def page_signature(*, ticket: str, nonce: str, stamp: int, url: str) -> str:
    """Return the signature that lets a page of ours use WeChat's JS-SDK. `url` is the page's, without its fragment."""
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={stamp}&url={url}"
    return hashlib.sha1(text.encode()).hexdigest()
