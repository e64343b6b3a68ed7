"""onetrip (就跑一次): one errand, one trip."""

__version__ = "0.1.0"
