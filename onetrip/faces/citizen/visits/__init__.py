"""A visit as the pages speak of it: what it is to hold, and its calendar file."""
