"""The simulations: many seeds, every fault, the shipped code; and planted bugs that must be caught."""
