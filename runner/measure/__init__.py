"""The parent's side of measuring: worker processes, groups, rounds and the limit."""
