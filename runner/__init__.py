"""The comparison of pools: cells, rounds and verdicts. Knows no driver by name."""
