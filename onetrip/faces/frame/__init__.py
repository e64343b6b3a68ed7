"""What every page hangs in: the two doors, sessions, refusals as HTTP, base templates, tokens, icons, preferences.

It knows people and languages, and nothing of errands.
"""
