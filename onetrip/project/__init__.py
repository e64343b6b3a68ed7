"""Composition only: settings, URL table and server entry points. Nobody imports this package."""
