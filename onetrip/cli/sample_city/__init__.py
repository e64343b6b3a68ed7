"""The sample city: Zhengzhou's real districts filled with invented venues, desks, rosters and staff.

The same on every machine, built as often as one likes, and labelled as a sample wherever it shows.
"""

from onetrip.cli.sample_city.builder import build

__all__ = ["build"]
