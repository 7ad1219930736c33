"""retcon: who is about to be lost, what is due today, the message written and checked, sent once."""

__version__ = "0.1.0"
