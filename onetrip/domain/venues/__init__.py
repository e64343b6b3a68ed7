"""Where the city serves people: districts, venues, their desks, opening calendars and rosters.

It owns the answer to "who may do this for me, where, and when are they there", and promises that a venue which is
not competent is never offered, that opening hours follow the Chinese workday calendar, make-up workdays included,
and that two people never stand on the roster of one desk at the same time.
"""
