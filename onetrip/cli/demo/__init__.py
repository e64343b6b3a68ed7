"""`onetrip demo`: a whole sample city on this machine, in the foreground, gone with Ctrl-C."""
