"""Complaints: what went wrong in a visit or a consultation, and the answer to it within a deadline.

Knows what a complaint is about by kind and public id only; the modules above say who may complain about what and hand
in venue and officer. An answer never comes from the officer it is about, an objection goes to a supervisor, and every
look of staff at the words is audited. What happens later with complaints by telephone can stand on this, too.
"""
