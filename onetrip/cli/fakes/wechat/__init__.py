"""A WeChat of our own: an official account's API and callback, OAuth pages, and a window that looks like the chat.

It checks what the real one checks and answers with the same codes; on demand its tokens die early, its quotas end, it
is silent, or repeats itself. It knows nothing of the domain: a stranger, as the real one is.
"""
