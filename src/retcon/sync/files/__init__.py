"""Files of orders: how they are read, which column is what, and what a row means."""
