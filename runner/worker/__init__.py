"""The child process: one pool, its clients, and the times of their operations."""
