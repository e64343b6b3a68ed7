"""Pages and films at the cost of what is asked for: templates once a language, addresses once, films in parts."""
