"""What tests share: a hub in memory, told as a story."""
