"""Aggregates that PostgreSQL has and Django does not."""

from typing import Any

from django.db.models import Aggregate, FloatField


class Percentile(Aggregate):
    """The value below which the given share (0..1) of the rows lies, interpolated; None without rows."""

    function = "percentile_cont"
    name = "percentile"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, expression: Any, share: float, **extra: Any) -> None:
        if not 0 <= share <= 1:
            raise ValueError(f"a share lies between 0 and 1, not {share}")
        super().__init__(expression, share=float(share), **extra)
