"""The visit: choosing a place and a time, and coming earlier."""
