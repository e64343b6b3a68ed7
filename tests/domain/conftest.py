"""What the rooms above venues share in their tests: a small hall and a few citizens."""

from tests.domain.booking.conftest import citizens, hall

__all__ = ["citizens", "hall"]
