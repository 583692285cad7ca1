"""How large one value of a payload may be, whoever reads it."""

from __future__ import annotations

INT_LIMIT = 1 << 63
TEXT_LIMIT = 32_768
"""Characters of one text."""
ITEMS_LIMIT = 1_000
"""Items of one list."""
