"""The citizen's door: mobile web inside WeChat or any browser, Chinese first, usable without JavaScript up to the call.

Views parse, make one domain call and render. Whatever belongs to a person is asked for with that person's id, so that
a stranger's id is answered as if it did not exist.
"""
