"""What a screen shows, as plain values gathered off the GUI thread from the desk. No Qt, no rule."""
