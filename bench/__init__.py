"""Benchmarks: each figure beside its limit, measured in the same run. `python -m bench` runs them."""
