"""Photographs of papers: kept, judged, and let go. One implementation for the chat, the checklist and the capture.

A picture is re-encoded, stripped of metadata, sealed, and deleted when its time is over. Whoever shows one asks for a
holder's pictures only: the module knows holders (a consultation, a case) as text and trusts the module above to have
checked who may look. A pre-check may advise on a picture; it never refuses one.
"""
