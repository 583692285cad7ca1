"""This station and the province: facts exchanged until both sides count the same."""
