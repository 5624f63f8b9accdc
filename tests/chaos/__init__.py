"""`make chaos`: brokers, database and processes are killed under load; at the end every feed must be what the store says."""
