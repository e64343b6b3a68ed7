"""A visit as the pages show it: its days and times, and its calendar file."""
