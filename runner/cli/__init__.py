"""Commands: one file each, with what is typed, what is printed back and the exit status."""
