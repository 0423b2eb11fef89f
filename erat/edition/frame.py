"""A frame as an attribute: made when it is first asked for, copied for every reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self, overload

import pandas as pd


class Frame:
    """A frame that its owner makes once, and of which every reader gets a copy of their own;
    ``doc``, or the docstring of what makes it, says columns, index and units.
    """

    def __init__(self, make: Callable[[Any], pd.DataFrame], doc: str | None = None) -> None:
        self.make, self.__doc__ = make, doc or make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, owner: None, kind: type) -> Self: ...
    @overload
    def __get__(self, owner: object, kind: type) -> pd.DataFrame: ...
    def __get__(self, owner: object | None, kind: type) -> Self | pd.DataFrame:
        if owner is None:
            return self
        if self.name not in vars(owner):
            vars(owner)[self.name] = self.make(owner)
        frame: pd.DataFrame = vars(owner)[self.name]
        return frame.copy(deep=False)  # pandas copies what is written to

    def __set__(self, owner: object, value: object) -> None:
        raise AttributeError("a frame of an edition is read, not set; change a copy of it")
