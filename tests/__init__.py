"""The tests. They talk to a real PostgreSQL that the project starts itself."""
