"""One file per job at the counter: read, decide, append; plain functions."""
