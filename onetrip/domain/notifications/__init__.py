"""Messages to people outside the pages: an outbox written with the data, delivered by jobs, thrown away in time.

It promises: a message exists exactly if the business transaction committed; it goes out over one channel after the
other until one takes it, at most once over each as far as the channel lets us know, or it is listed as dead before its
time is over; secrets in it do not outlive the delivery. It takes addresses, never a user.
"""
