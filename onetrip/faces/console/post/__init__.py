"""The video post: one page from going on duty to the wrap-up of the last call.

A navigation would cost the officer camera and connection, so every action is a quiet form, and the parts beside the
picture are fetched again when the post's state has changed.
"""
