"""Nothing outlives the runner: watchdog, signals, processes."""
