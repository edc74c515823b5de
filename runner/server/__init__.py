"""The sources of PostgreSQL, the questions that the runner asks it, and the routes to it."""
