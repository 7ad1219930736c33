"""The understanding: facts and a time in, what they mean out; no I/O, no clock."""
