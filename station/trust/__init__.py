"""Signatures: bytes in, verdict out; keys, accounts and who may sign what."""
