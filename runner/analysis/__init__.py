"""Rows to intervals, verdicts, thresholds and findings. Pure."""
