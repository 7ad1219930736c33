"""Thin API clients that a source and a channel of the same platform share."""
