"""How talking to the outside can go wrong."""


class Unreachable(Exception):
    """The other side did not answer, or not so that it can be believed; trying again later makes sense."""


class Declined(Exception):
    """The other side said no; `str()` is its code."""
