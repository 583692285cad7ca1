"""Append-only facts and the projections folded from them; nothing here is ever updated."""
