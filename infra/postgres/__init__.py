"""PostgreSQL on loopback."""
