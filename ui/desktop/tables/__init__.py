"""Table models over projections, a page of rows at a time."""
