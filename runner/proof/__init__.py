"""Known truths that the numbers must show: `python -m runner proof`.

Intervals that must cover a simulated ratio, differences and rates that are known by construction,
a pool against itself, pools that lie. A part whose file is there is not measured again, so a proof
that was interrupted is continued by the same command. Every figure is in a CSV file, the summary is
made of those files, and nothing is asserted: machines differ, and a busy one differs from itself.

Beside it what the harness costs (`python -m runner overhead`), and the lengths of turns
(`python -m runner turns`).
"""
