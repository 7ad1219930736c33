"""Frozen facts that every room speaks of; no behaviour beyond what follows from a fact itself."""
