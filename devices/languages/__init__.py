"""Printer languages as codecs without I/O: faces to bytes, and bytes back to faces."""
