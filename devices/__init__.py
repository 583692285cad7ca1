"""Hardware: knows bytes and pictures, refuses to know what a permit is."""
