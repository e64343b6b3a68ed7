"""Who is who: citizens known by their phone, staff by password and second factor, and what staff may do where.

It promises: a phone code signs in at most once; a citizen can never act as staff; no answer tells whether a phone
number is known; staff without a second factor are nobody.
"""
