"""The files that a run leaves for readers and other programs, each made of what it came to."""
