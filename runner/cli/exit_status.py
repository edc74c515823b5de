"""The exit statuses of every command, and their explanation."""

from __future__ import annotations

DONE, INCOMPLETE, REFUSED, BROKEN = 0, 1, 2, 99

EXIT_STATUS = """\
exit status:
  0  every cell has its row, whatever its status (with --strict: and all are ok)
  1  cells are missing, or the runner failed
  2  the configuration or the server was refused; nothing was started
  99 a threshold of the configuration does not hold
  130, 143  interrupted by SIGINT or SIGTERM; what was measured is kept, and
     --resume measures the rest
"""
