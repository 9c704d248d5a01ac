"""The embedded single-machine stack: PostgreSQL with PanDA's schema, Cassandra, and simulated jobs."""
