"""The cost of the harness: CPU on a pool that does nothing, speed against bare loops, memory.

`python -m runner overhead` prints it. Nothing is asserted: machines differ, and a busy one differs
from itself.
"""
