"""Tests of the card: layout, text, symbol, pictures, proof."""
