"""Analysed rows as tables, sentences and pictures."""
