"""A labelled set of drawn papers, photographed: what the pre-check is measured on. Nobody's real papers are needed."""
