"""A certificate of the demo's own: phones open cameras for pages with HTTPS only.

Self-made, so every phone warns once; real cities have real certificates.
"""

import ipaddress
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from onetrip.cli.engines.folders import make_folder, write_private

# Apple's systems refuse certificates of more than 825 days (support.apple.com/en-us/103769).
VALID = timedelta(days=397)
RENEW_BEFORE = timedelta(days=7)


def ensure_certificate(*, folder: Path, addresses: list[str], at: datetime) -> tuple[Path, Path]:
    """Paths of a certificate for exactly these addresses (besides localhost) and of its key.

    Made when there is none, when the addresses changed, and in its last week.
    """
    certificate, key = make_folder(folder, mode=0o700) / "certificate.pem", folder / "key.pem"
    if not (key.is_file() and _still_good(certificate, addresses=addresses, at=at)):
        certificate_text, key_text = _make(addresses=addresses, at=at)
        write_private(key, key_text)
        write_private(certificate, certificate_text)
    return certificate, key


def _names(addresses: list[str]) -> list[x509.GeneralName]:
    texts = dict.fromkeys(["127.0.0.1", "::1", *addresses])
    hosts = dict.fromkeys(["localhost", socket.gethostname()])
    return [
        *(x509.DNSName(host) for host in hosts if host.isascii()),
        *(x509.IPAddress(ipaddress.ip_address(text)) for text in texts),
    ]


def _still_good(path: Path, *, addresses: list[str], at: datetime) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    in_time = certificate.not_valid_before_utc <= at < certificate.not_valid_after_utc - RENEW_BEFORE
    return in_time and set(names) == set(_names(addresses))


def _make(*, addresses: list[str], at: datetime) -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "onetrip demo")])
    start = at.astimezone(UTC) - timedelta(hours=1)  # a phone's clock may be a little behind
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + VALID)
        .add_extension(x509.SubjectAlternativeName(_names(addresses)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    key_text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    certificate = builder.sign(key, hashes.SHA256())
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), key_text.decode()
