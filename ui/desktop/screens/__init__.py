"""One file per screen: it connects, lays out and paints, and decides nothing."""
