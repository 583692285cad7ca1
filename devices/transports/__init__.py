"""Ways for bytes: each opens, writes, reads and says whether bytes had left when it broke."""
