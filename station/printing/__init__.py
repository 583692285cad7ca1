"""Exactly-once effect at the printer: write down, then act; a card counts when it has been read back."""
