"""A visit as both the citizen's pages and the counter speak of it: for how many, and what else is settled at it."""
