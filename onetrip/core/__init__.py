"""The grammar every module speaks: ids, clock, money, errors, audit, events, transitions, locks, jobs, live.

It knows nothing of errands: every name here would make sense in another city service.
"""
