"""What a cell became: its row, its plausibility, and the run's folder on disk."""
