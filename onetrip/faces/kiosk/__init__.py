"""The door for machines in a hall that people touch: the self check-in, and the screen with the hall's code.

A machine is let in by the key that its lead gave it once; nobody signs in here, and nothing here shows a name.
"""
