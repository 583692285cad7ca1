"""Painted parts of the desktop: colour panel, card picture, step bar, scan pane."""
