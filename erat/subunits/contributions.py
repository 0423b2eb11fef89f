"""Being written."""

from typing import Any


def contributions(rolled: Any, node: Any = None) -> Any:
    raise NotImplementedError


def distances(rolled: Any, node: Any = None) -> Any:
    raise NotImplementedError


def changes(rolled: Any, start: int, end: int, node: Any = None) -> Any:
    raise NotImplementedError


def gathered(table: Any, tree: Any, kind: str) -> Any:
    raise NotImplementedError
