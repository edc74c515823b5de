"""The workloads of the user's own: one statement of SQL, or a function of Python."""
