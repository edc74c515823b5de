"""Where PostgreSQL comes from, and what the runner asks of it."""
