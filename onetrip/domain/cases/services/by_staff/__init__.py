"""What staff do with other people's bookings: book for them at a counter, and send a hall home early."""
