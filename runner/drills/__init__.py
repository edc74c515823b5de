"""Drills: what each pool does when things go wrong, observed and written down nowhere before."""
