"""The only room that knows SQL: one SQLite file, one file of code per family of tables."""
