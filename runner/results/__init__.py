"""The results of cells: rows, their plausibility, and the run's folder on disk."""
