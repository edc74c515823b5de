"""The child process: one pool, its clients, what they did and when."""
