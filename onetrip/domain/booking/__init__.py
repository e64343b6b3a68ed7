"""Places in time and places in line: slots, appointments, tickets and the calls to a window.

Promises: no slot is ever taken beyond its capacity, no ticket is called at two windows, no window calls two tickets
at once. The database is the referee of all three (check and partial unique constraints); the services only ask.
"""
