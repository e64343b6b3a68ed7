"""The console: where staff work. Post (video), window, reception, cases, figures, venues.

Every page stands behind the second factor and the role; what is not theirs does not exist for them (404).
"""
