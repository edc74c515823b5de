"""Proof that the numbers are right: intervals that hold, differences that are known, liars caught.

`make proof`, or `python -m tests.proof [--out DIR] [--quick] [part]...` for some of its parts. What
has its file is not measured again, so it can be ended and gone on with. Every figure is in a CSV
file, `summary.txt` is made of them, and nothing is asserted: machines differ, and a busy one
differs from itself.
"""
