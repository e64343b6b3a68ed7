"""Messages to people outside the pages: an outbox written with the data, delivered by jobs, thrown away in time.

It promises: a message exists exactly if the business transaction committed; it is delivered at least once, or its
state says why not; secrets in it do not outlive the delivery. It takes an address, never a user.
"""
