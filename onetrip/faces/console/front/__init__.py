"""Those who receive people: the reception of a hall, and the counter where it or the hotline books for somebody."""
