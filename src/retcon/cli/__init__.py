"""The commands: each calls one verb of the desk and prints what it returned."""
