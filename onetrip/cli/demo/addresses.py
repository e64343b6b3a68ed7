"""Which addresses a phone in the same network can reach this machine by."""

import ipaddress
import socket

# Documentation addresses (RFC 5737, RFC 3849). Connecting a UDP socket sends nothing: the kernel only
# picks the address that it would send from.
_ANYWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def lan_addresses() -> list[str]:
    """Our addresses towards the network, IPv4 first; empty without one."""
    found: list[str] = []
    for family, somewhere in _ANYWHERE:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((somewhere, 9))
                address = str(probe.getsockname()[0])
            except OSError:
                continue
        if not ipaddress.ip_address(address).is_loopback:
            found.append(address)
    return found


def as_host(address: str) -> str:
    """The address as it stands in a URL."""
    return f"[{address}]" if ":" in address else address
