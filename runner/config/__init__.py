"""YAML to checked values; every complaint at once, with file, line and key."""
