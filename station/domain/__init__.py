"""The rules of the notice as pure functions; no clock, no I/O, standard library only."""
