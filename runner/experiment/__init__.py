"""The composition of an experiment, and its way from the first round to the last."""
