"""The demo's own certificate: for our addresses, private, renewed when it must be."""

import ipaddress
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from onetrip.cli.demo.certificate import RENEW_BEFORE, VALID, ensure_certificate

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "certificate"


def test_it_names_our_addresses(folder: Path) -> None:
    certificate, _key = ensure_certificate(folder=folder, addresses=["192.0.2.7", "2001:db8::7"], at=AT)
    loaded = x509.load_pem_x509_certificate(certificate.read_bytes())
    names = loaded.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = names.get_values_for_type(x509.IPAddress)
    assert {ipaddress.ip_address("192.0.2.7"), ipaddress.ip_address("2001:db8::7")} <= set(addresses)
    assert "localhost" in names.get_values_for_type(x509.DNSName)


def test_the_key_is_ours_alone(folder: Path) -> None:
    _certificate, key = ensure_certificate(folder=folder, addresses=[], at=AT)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert key.read_text().startswith("-----BEGIN PRIVATE KEY-----")  # PKCS #8, as the server wants it


def test_it_stays_while_it_is_good(folder: Path) -> None:
    first = ensure_certificate(folder=folder, addresses=["192.0.2.7"], at=AT)[0].read_bytes()
    later = AT + VALID - RENEW_BEFORE - timedelta(days=1)
    assert ensure_certificate(folder=folder, addresses=["192.0.2.7"], at=later)[0].read_bytes() == first


@pytest.mark.parametrize(
    ("addresses", "at"),
    [
        (["192.0.2.8"], AT),
        (["192.0.2.7", "192.0.2.8"], AT),
        (["192.0.2.7"], AT + VALID - RENEW_BEFORE + timedelta(hours=1)),
        (["192.0.2.7"], AT - timedelta(days=1)),
    ],
    ids=["moved", "one more address", "in its last week", "clock was ahead"],
)
def test_it_is_renewed(folder: Path, addresses: list[str], at: datetime) -> None:
    first = ensure_certificate(folder=folder, addresses=["192.0.2.7"], at=AT)[0].read_bytes()
    assert ensure_certificate(folder=folder, addresses=addresses, at=at)[0].read_bytes() != first


def test_a_damaged_one_is_replaced(folder: Path) -> None:
    certificate, _key = ensure_certificate(folder=folder, addresses=[], at=AT)
    certificate.write_text("-----BEGIN CERTIFICATE-----\nhalf", encoding="ascii")
    ensure_certificate(folder=folder, addresses=[], at=AT)
    x509.load_pem_x509_certificate(certificate.read_bytes())
