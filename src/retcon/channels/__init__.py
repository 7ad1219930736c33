"""Everything that goes out: one file a channel, and the gate's rules for all of them."""
