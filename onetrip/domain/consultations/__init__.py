"""Face to face by video: the line, the posts, the ring, the call's papers and words, the written conclusion.

Promises: a consultation is claimed by exactly one officer, a post is rung for one citizen at a time, only the two
parties may join, a citizen whose officer drops out stands at the front again, and nobody is rung twice at once.
"""
