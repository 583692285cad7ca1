"""What people see and press; no rule lives here."""
