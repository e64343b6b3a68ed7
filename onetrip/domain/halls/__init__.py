"""What stands in a hall: screens, self check-in tablets, the printer of numbers, and the code that proves presence.

It owns the answer to "is this person here, and which machine is speaking", and promises that the code on the screen is
another one every minute, that no machine is trusted which a lead did not set up, and that a printer which is out of
paper or unplugged costs nobody their number: what is to be printed is written down first, with the number itself.
"""
