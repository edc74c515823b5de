"""How pools are compared: cells, rounds and verdicts. Knows no driver by name."""
