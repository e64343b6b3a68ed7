"""What the rooms above venues share in their tests: a small hall, a few citizens, the shipped catalogue."""

from tests.domain.booking.conftest import citizens, hall
from tests.domain.catalog.conftest import shipped

__all__ = ["citizens", "hall", "shipped"]
