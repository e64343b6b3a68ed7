"""What becomes of an appointment after it was made: it goes earlier, is moved by the venue, or is given back."""
