"""The pieces screens are laid out from: panels, fields, the colour of a code."""
