"""Recordings of consultations, by consent of everybody who is in them.

Promises: nothing is kept before the last of those present has said yes; whoever comes later stops it until they have;
either side ends it at any moment; at most one at a time in a consultation; every piece is sealed and stands in a list
in which each entry vouches for all before it, so that a missing or changed piece is seen; every look is written down
with its reason; the pieces go when their time is over, the list and the looks stay.
"""
