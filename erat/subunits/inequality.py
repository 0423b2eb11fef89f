"""Being written."""

from typing import Any


def inequality(rolled: Any, kind: Any = None) -> Any:
    raise NotImplementedError
