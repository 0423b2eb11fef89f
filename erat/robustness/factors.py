"""Studies: a base method and what is uncertain in it, each factor at its address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, Field, PrivateAttr, field_validator, model_validator
from scipy import special

from erat.errors import nearest
from erat.index.config import Strict, read_yaml, validated
from erat.index.registry import NamedFile

DATA, GOALPOSTS, FRAMEWORK, WEIGHTS = "data", "goalposts", "framework", "weights"
"""Addresses beside those in a method: the data, all goalposts, and a cell of the framework."""

CELLS = ("goalpost_low", "goalpost_high", "target", "weight")
"""Columns of the framework of which a cell can be uncertain: ``framework.COLUMN.CODE``."""

MOST_OPTIONS = 100_000
"""A range of whole numbers, or of draws, has up to this many."""

EDGE = 2.0**-40
"""Points nearer to 0 or 1 than this are moved in, so that no quantile is infinite."""


def _ascending(value: tuple[float, ...]) -> tuple[float, ...]:
    if not all(a <= b for a, b in pairwise(value)) or value[0] == value[-1]:
        raise ValueError("numbers that do not ascend; expected the smallest first")
    return value


def _countable(value: tuple[int, int]) -> tuple[int, int]:
    if value[1] - value[0] >= MOST_OPTIONS:
        raise ValueError(f"a range of more numbers than can be tried; expected {MOST_OPTIONS:,}")
    return value


Interval = Annotated[tuple[float, float], AfterValidator(_ascending)]
Triangle = Annotated[tuple[float, float, float], AfterValidator(_ascending)]
Whole = Annotated[tuple[int, int], AfterValidator(_ascending), AfterValidator(_countable)]
Draws = Annotated[int, Field(ge=2, le=MOST_OPTIONS)]
Digits = Annotated[int, Field(ge=-30, le=30)]
OneLine = Annotated[str, Field(pattern=r"^[^\r\n]*$")]
Share = Annotated[float, Field(gt=0, lt=1)]


class Normal(Strict):
    """A normal distribution, cut off at ``low`` and ``high`` where they are given."""

    mean: float
    sd: float = Field(gt=0)
    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _some_chance(self) -> Normal:
        if np.diff(self._probabilities())[0] < 1e-9:
            raise ValueError("limits that leave nothing of the distribution; expected low < high")
        return self

    @property
    def _limits(self) -> np.ndarray:
        low, high = self.low, self.high
        return np.array([-np.inf if low is None else low, np.inf if high is None else high])

    def _probabilities(self) -> np.ndarray:
        """Return the probabilities below the two limits."""
        return np.asarray(special.ndtr((self._limits - self.mean) / self.sd))

    def at(self, u: np.ndarray) -> np.ndarray:
        """Return the quantiles of probabilities ``u``, in its shape."""
        low, high = self._probabilities()
        inside = np.clip(low + (high - low) * u, EDGE, 1 - EDGE)
        return np.asarray(np.clip(self.mean + self.sd * special.ndtri(inside), *self._limits))


class Dirichlet(Strict):
    """Weights under every node from a Dirichlet distribution around the base's.

    Its parameters are ``concentration`` times the base's weights, so that a weight w has the mean
    w and the variance ``w (1 - w) / (concentration + 1)``.
    """

    concentration: float = Field(ge=0.1)


class Experts(Strict):
    """Weights from the points of experts, as ``budget`` reads them.

    ``take: one`` takes one expert at random, the same at every node: how far experts differ.
    ``take: mean`` draws as many experts as there are, with repetition, and takes their mean (a
    bootstrap): how sure their mean is. Where nobody drawn gave points, the base's weights stay.
    """

    file: NamedFile
    take: Literal["one", "mean"] = "one"


class Perturb(Strict):
    """How weights (or goalposts) move: one of three ways, at all levels or at some.

    Attributes
    ----------
    relative
        Every weight is multiplied by its own draw from ``1 - relative .. 1 + relative``; every
        goalpost is moved by up to this share of the distance between the two, on the scale on which
        the indicator is normalized (of a logarithm: by a factor).
    dirichlet, experts
        See :class:`Dirichlet` and :class:`Experts`.
    levels
        Levels of the nodes whose children's weights move, 1 being the level above the indicators.
    """

    relative: Share | None = None
    dirichlet: Dirichlet | None = None
    experts: Experts | None = None
    levels: tuple[Annotated[int, Field(ge=1)], ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Perturb:
        ways = sum(way is not None for way in (self.relative, self.dirichlet, self.experts))
        if ways != 1:
            expected = "one of relative, dirichlet, experts"
            raise ValueError(f"{ways} ways to move weights; expected {expected}")
        return self


class Error(Strict):
    """Measurement error of the data.

    Attributes
    ----------
    file
        Standard errors: a CSV table like the data, in the indicators' own units; errors are normal.
        An empty cell, a row or an indicator that is not in it has no error.
    rounding
        Published digits after the point, of every indicator or by code: a value may have been
        anything that rounds to it. Negative for tens, hundreds.
    draws
        How many versions of the data are drawn.
    """

    file: NamedFile | None = None
    rounding: Digits | dict[str, Digits] | None = None
    draws: Draws = 100

    @model_validator(mode="after")
    def _some_error(self) -> Error:
        if self.file is None and self.rounding is None:
            raise ValueError("no error; expected 'file', 'rounding' or both")
        return self


class Realizations(Strict):
    """Versions of the data that were made elsewhere, for example by sampling sub-units.

    ``file`` is a CSV table like the data with a column ``replicate``; what it does not name stays.
    """

    file: NamedFile


KINDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("choices", "range", "uniform", "triangular", "normal"), ()),
    "perturb": (WEIGHTS, GOALPOSTS),
    **dict.fromkeys(("dirichlet", "experts"), (WEIGHTS,)),
    "draws": ("impute",),
    **dict.fromkeys(("error", "realizations"), (DATA,)),
}
"""Keys that say what may stand at an address, a factor having exactly one of them, and the
addresses that each is for; those of none are for a method or a cell of the framework."""

FILE_KEYS = ("file", "matrix")
"""Keys of a method that may name a file."""


class Factor(Strict):
    """One uncertain setting: its address, and what may stand there.

    Attributes
    ----------
    name
        What the factor is called in results; ``label_id`` and ``label_en`` are for sentences.
    at
        Address in a method (``normalize``, ``aggregate.levels.2``), or ``data``, ``goalposts``, or
        a cell of the framework (``framework.goalpost_low.x01``).
    choices
        What may stand there, equally likely.
    range
        Whole numbers from the first to the second.
    uniform, triangular, normal
        Distributions of a number: ``[low, high]``, ``[low, mode, high]``, ``{mean, sd}``.
    perturb, dirichlet, experts
        Of ``weights``: see :class:`Perturb`; ``perturb: {relative}`` also of ``goalposts``.
    draws
        Of ``impute``, when it is ``iterative``: how many of its draws are tried.
    error, realizations
        Of ``data``: see :class:`Error` and :class:`Realizations`.
    """

    name: OneLine = Field(min_length=1)
    at: str
    label_id: OneLine = ""
    label_en: OneLine = ""
    choices: tuple[Any, ...] = Field(default=(), min_length=1)
    range: Whole | None = None
    uniform: Interval | None = None
    triangular: Triangle | None = None
    normal: Normal | None = None
    perturb: Perturb | None = None
    dirichlet: Dirichlet | None = None
    experts: Experts | None = None
    draws: Draws | None = None
    error: Error | None = None
    realizations: Realizations | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Factor:
        kinds = [kind for kind in KINDS if getattr(self, kind)]
        if len(kinds) != 1:
            listed = f"'choices' and the like: {', '.join(kinds) or 'none'}"
            raise ValueError(f"{listed}; expected exactly one of {', '.join(KINDS)}")
        allowed, here = KINDS[self.kind], f"the kind '{self.kind}' at {self.at!r}"
        if allowed and self.at not in allowed:
            raise ValueError(f"{here}; expected at: {', '.join(allowed)}")
        if not allowed and self.at in (DATA, GOALPOSTS):
            raise ValueError(f"{here}; expected an address in a method")
        relative = self.perturb and self.perturb.relative
        if self.at == GOALPOSTS and not 0 < (relative or 0) < 0.5:
            wrong = f"relative: {relative}" if relative else "goalposts without 'relative'"
            expected = "relative: 0.1, say; below 0.5 they keep their order"
            raise ValueError(f"{wrong}; expected {expected}")
        return self

    @property
    def kind(self) -> str:
        """Which key says what may stand at the address."""
        return next(kind for kind in KINDS if getattr(self, kind))

    @property
    def options(self) -> tuple[Any, ...] | None:
        """What may stand at an address of the method or framework, if that can be counted."""
        if self.range is not None:
            return tuple(range(self.range[0], self.range[1] + 1))
        if self.draws is not None:
            return tuple(range(1, self.draws + 1))
        return self.choices or None

    @property
    def is_distribution(self) -> bool:
        """Whether any number of a distribution may stand at the address."""
        return self.kind in ("uniform", "triangular", "normal")

    @property
    def in_framework(self) -> bool:
        """Whether it stands at a cell of the framework."""
        return self.at.split(".")[0] == FRAMEWORK

    @property
    def in_method(self) -> bool:
        """Whether it stands at an address in the method."""
        return bool(self.options or self.is_distribution) and not self.in_framework

    @property
    def moves_weights(self) -> Perturb | None:
        """How the factor moves weights, if it does."""
        if self.dirichlet or self.experts:
            return Perturb(dirichlet=self.dirichlet, experts=self.experts)
        return self.perturb if self.at == WEIGHTS else None

    @property
    def target(self) -> str:
        """Address that its options are put at."""
        return "impute.draw" if self.draws is not None else self.at

    def quantiles(self, u: np.ndarray) -> np.ndarray:
        """Return the quantiles of the distribution for probabilities of any shape.

        Source of the triangular one: Kotz and van Dorp (2004), Beyond Beta, chapter 1.
        """
        if self.normal:
            return self.normal.at(u)
        if self.uniform:
            low, high = self.uniform
            return np.asarray(low + (high - low) * u)
        if self.triangular is None:
            raise ValueError(f"the factor {self.name!r} has no distribution")
        low, mode, high = self.triangular
        rising = low + np.sqrt(u * (high - low) * (mode - low))
        falling = high - np.sqrt((1 - u) * (high - low) * (high - mode))
        return np.asarray(np.where(u * (high - low) < mode - low, rising, falling))

    def label(self, language: str) -> str:
        """Return what sentences in a language call the factor."""
        return (self.label_id if language == "id" else self.label_en) or self.name


class Study(Strict):
    """A base method and its uncertain factors.

    ``groups`` name several factors together: their joint sensitivity is told beside each one's.
    """

    base: str
    factors: tuple[Factor, ...] = Field(json_schema_extra={"minItems": 1})
    groups: dict[str, tuple[str, ...]] = {}
    _base_data: dict[str, Any] | None = PrivateAttr(None)

    @classmethod
    def read(cls, path: str | Path) -> Study:
        """Read a study from a YAML file; its base, and files it names, are relative to the file."""
        path = Path(path)
        study = validated(cls, read_yaml(path), path.name, path.parent)
        return study.model_copy(update={"base": str(path.parent / study.base)})

    @field_validator("factors")
    @classmethod
    def _names(cls, factors: tuple[Factor, ...]) -> tuple[Factor, ...]:
        if not factors:
            raise ValueError("no factor; expected one or more")
        names = [factor.name for factor in factors]
        if len(set(names)) < len(names):
            raise ValueError("two factors of one name; expected another name for every factor")
        places = [f.target for f in factors if f.moves_weights is None and f.at != DATA]
        twice = next((place for place in places if places.count(place) > 1), None)
        if twice is not None:
            raise ValueError(f"two factors at {twice!r}; expected one at each address")
        return factors

    @model_validator(mode="after")
    def _known_groups(self) -> Study:
        names = [factor.name for factor in self.factors]
        for group, members in self.groups.items():
            unknown = [name for name in members if name not in names]
            if unknown:
                meant = nearest(unknown[0], names)
                raise ValueError(f"the factor {unknown[0]!r} of the group {group!r}: {meant}")
            if len(set(members)) < 2 or group in names:
                expected = "two factors, and a name of its own"
                raise ValueError(f"the group {group!r}; expected {expected}")
        return self

    @property
    def base_data(self) -> dict[str, Any]:
        """The base method as plain values."""
        if self._base_data is None:
            self._base_data = read_yaml(Path(self.base))
        return self._base_data

    def over(self, base: dict[str, Any]) -> Study:
        """Return the study on another base method, in plain values."""
        other = self.model_copy()
        other._base_data = base
        return other

    @property
    def folder(self) -> Path:
        """Folder of the base method."""
        return Path(self.base).parent

    @property
    def files(self) -> dict[str, Path]:
        """Every file that the study and its methods name, the base method's included."""
        files = {"base": Path(self.base)}
        for factor in self.factors:
            for name in files_of(factor.choices):
                files[f"study.{factor.name} {name}"] = self.folder / name
        for factor in self.factors:
            moves = factor.moves_weights
            for source in (moves and moves.experts, factor.error, factor.realizations):
                if source and source.file:
                    files[f"study, {factor.name}"] = source.file.path
        return files


def files_of(choice: Any) -> Iterator[str]:
    """Find the files that a choice, or any of several, names under the keys that take one."""
    inside = dict(enumerate(choice)) if isinstance(choice, tuple | list) else choice
    for key, value in inside.items() if isinstance(inside, Mapping) else ():
        if key in FILE_KEYS and isinstance(value, str):
            yield value
        else:
            yield from files_of(value)
