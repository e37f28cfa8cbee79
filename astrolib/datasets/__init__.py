"""Frozen, hashed, leak-proof training sets."""
