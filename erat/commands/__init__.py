"""The shell commands of ``erat``: options in, library called, results written.

Results go to standard output (``out``), the rest to standard error (``err``).
"""

from __future__ import annotations

from rich.console import Console

out = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)
