"""An SMS platform of our own for tests, measurements and the demo: a process that knows nothing of the domain.

It speaks the protocol of `onetrip/domain/notifications/gateways/sms.py` from the other side: checks signatures, takes
an id once, says *busy*, *refused* or nothing at all as it is told to, and sends signed receipts.
"""
