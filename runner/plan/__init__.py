"""Checked configuration to cells, groups, order and timing. Pure."""
