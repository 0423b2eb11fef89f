"""A frame as an attribute: made when it is first asked for, copied for every reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self, overload

import pandas as pd


class HasFrames:
    """What has frames, and keeps those that were made."""

    def __init__(self) -> None:
        self._kept: dict[str, pd.DataFrame] = {}


class Frame:
    """A frame that is made once, and of which every reader gets a copy of their own.

    Parameters
    ----------
    make
        Makes the frame; its docstring says columns, index and units.
    """

    def __init__(self, make: Callable[[Any], pd.DataFrame]) -> None:
        self.make, self.__doc__ = make, make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, owner: None, kind: type) -> Self: ...
    @overload
    def __get__(self, owner: HasFrames, kind: type) -> pd.DataFrame: ...
    def __get__(self, owner: HasFrames | None, kind: type) -> Self | pd.DataFrame:
        if owner is None:
            return self
        if self.name not in owner._kept:
            owner._kept[self.name] = self.make(owner)
        return owner._kept[self.name].copy()

    def __set__(self, owner: object, value: object) -> None:
        raise AttributeError("a frame of an edition is read, not set; change a copy of it")
