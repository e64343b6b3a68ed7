"""Keys and certificates of both sides, made once: the merchant's folder is what onetrip is given, the rest is ours."""

import json
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from onetrip.cli.engines.folders import make_folder, write_private

MCHID, APPID = "1900000109", "wx8888888888888888"
MERCHANT, OURS = "merchant", "provider"
# Where people find the sample city's cashier; a real merchant's folder has no such file.
SAMPLE_CASHIER = "sample_cashier.txt"


def make_keys(*, folder: Path, url: str, notify_url: str, at: datetime) -> Path:
    """Make what is missing below `folder`, say in merchant.json where the server is, return the merchant's folder."""
    merchant, ours = make_folder(folder / MERCHANT), make_folder(folder / OURS)
    make_folder(merchant / "platform")
    if not (merchant / "merchant_key.pem").exists() or not (ours / "key.pem").exists():
        _make_pair(merchant / "merchant_key.pem", ours / "merchant_certificate.pem", name=MCHID, at=at)
        certificate = _make_pair(ours / "key.pem", ours / "certificate.pem", name="Tenpay.com", at=at)
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        (merchant / "platform" / f"{serial_of(certificate)}.pem").write_bytes(pem)
        write_private(merchant / "apiv3.key", secrets.token_hex(16))
    known = {
        "mchid": MCHID,
        "appid": APPID,
        "serial": serial_of(load_certificate(ours / "merchant_certificate.pem")),
        "notify_url": notify_url,
        "url": url,
    }
    write_private(merchant / "merchant.json", json.dumps(known, indent=1))
    return merchant


def serial_of(certificate: x509.Certificate) -> str:
    """Write a certificate's serial number as the protocol does."""
    return f"{certificate.serial_number:040X}"


def load_certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def load_key(path: Path) -> RSAPrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(key, RSAPrivateKey)
    return key


def _make_pair(key_path: Path, certificate_path: Path, *, name: str, at: datetime) -> x509.Certificate:
    key = generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=5 * 365))
        .sign(key, SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_private(key_path, pem.decode())
    certificate_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return certificate
