"""Everything that comes in: one file a source, each fetches and maps, none knows SQL."""
