"""The spine of an errand: a case, its personal checklist with verdicts, its visits, and the one-trip fact.

A case keeps the version of the guide it was told. It knows its consultation, its appointment and its ticket; none of
them knows the case. Locks: the rows of the modules below first, the case last.
"""
