"""The pages, grouped by what the citizen is doing."""
