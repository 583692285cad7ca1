"""Readers of resident identity cards; what they read is handed on and never kept."""
