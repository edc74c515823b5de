"""Drills: things that go wrong, done to each pool, and the observations that follow."""
