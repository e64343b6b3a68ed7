"""Insights: the one-trip rate, its causes, waits, loads and satisfaction.

Owns the exports (files of visits that somebody asked for), nothing else. It asks the other modules' queries for sums,
turns them into figures a person can trust (an interval around every rate, the number behind every average) and names
the cases behind each figure. Nobody sees further than their role reaches; what is published names nobody.
"""
