"""A WeChat Pay v3 of our own: real keys and certificates, real signatures and encryption, a cashier page, a daily bill.

It checks what the real one checks, and on demand it delays, repeats, reorders and loses its notices.
"""
