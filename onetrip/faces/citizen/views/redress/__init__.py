"""What went wrong: marks one may object to, complaints and their answers."""
