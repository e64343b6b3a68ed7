"""What leads, supervisors and administrators see: figures, venues, people."""
