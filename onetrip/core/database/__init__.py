"""The way to PostgreSQL: Django's engine with a pool that is quick to look at, and statements asked at once."""

from onetrip.core.database.asking import Listened, ask

__all__ = ["Listened", "ask"]
