"""What the service means. No HTTP, no templates, no request objects below this package."""
