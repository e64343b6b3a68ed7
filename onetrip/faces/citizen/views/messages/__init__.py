"""Messages: what we told a person, where a short link leads, and how and when they want to be told."""
