"""Papers of the counter, filled in from the ledger: what stands on them, and how they become PDF or printed sheets."""
