"""What is true about a child in care, and what may be told to whom. Pure: no I/O, no clock, no randomness."""
