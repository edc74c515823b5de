"""The faults that a cell can be disturbed with, one file each."""
