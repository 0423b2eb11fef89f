"""A method: the choices by which one index is constructed, read from YAML.

Every step of construction is a :class:`~erat.index.registry.Step`: the name of a registered
function and its options. Models, JSON schema and error texts all come from the registries, so a new
function needs no change here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    Discriminator,
    Field,
    SerializerFunctionWrapHandler,
    Tag,
    WithJsonSchema,
    field_validator,
    model_serializer,
)

from erat.errors import nearest
from erat.index.config import Strict, read_yaml, validated
from erat.index.construct.aggregate import AGGREGATIONS
from erat.index.construct.impute import IMPUTATIONS
from erat.index.construct.normalize import NORMALIZATIONS
from erat.index.construct.rollup import ROLLUPS
from erat.index.construct.screen import SCREENINGS
from erat.index.construct.transform import TRANSFORMS
from erat.index.construct.treat import TREATMENTS
from erat.index.construct.weight import WEIGHTINGS
from erat.index.display import small_table
from erat.index.registry import SPLIT, NamedFile, Step

ORDER = ("denominate", "impute", "transform", "treat", "normalize", "aggregate")
LONGEST = 100
"""Characters of a line about a step."""


class Screen(Step):
    """Screening of units and indicators by the share of data that they have."""

    registry = SCREENINGS


class Impute(Step):
    """Imputation of missing values."""

    registry = IMPUTATIONS


class Treat(Step):
    """Treatment of outliers."""

    registry = TREATMENTS


class NormalizeOne(Step):
    """Normalization of one indicator."""

    registry = NORMALIZATIONS


class Normalize(NormalizeOne):
    """Normalization; ``indicators`` gives any indicator its own."""

    indicators: dict[str, NormalizeOne] = {}

    def of(self, indicator: str) -> NormalizeOne:
        """Return the normalization of one indicator."""
        return self.indicators.get(indicator, self)


class Weights(Step):
    """Weights of the children under every node."""

    registry = WEIGHTINGS


Label = Annotated[str, BeforeValidator(str)]
"""A value of a group column; YAML may read it as a number."""


class AggregateOne(Step):
    """Aggregation at one node or level."""

    registry = AGGREGATIONS


class Aggregate(AggregateOne):
    """Aggregation; ``nodes``, ``groups`` and ``levels`` give some nodes or units their own.

    A node's own goes first, then that of a unit's group, then that of the level. ``groups`` has
    columns of the data and, under each, the values that get another aggregation at every node:
    ``groups: {Region: {Java: {method: geometric}}}``; of two columns the first goes first.

    ``min_share``: a node with less than this share of its children is missing.
    """

    nodes: dict[str, AggregateOne] = {}
    groups: dict[str, dict[Label, AggregateOne]] = {}
    levels: dict[Annotated[int, Field(ge=1)], AggregateOne] = {}
    min_share: Annotated[float, Field(ge=0, le=1)] = 0.0

    def of(self, node: str, level: int, group: Mapping[str, str] | None = None) -> AggregateOne:
        """Return the aggregation of one node, for units of the given values of group columns."""
        if node in self.nodes:
            return self.nodes[node]
        for column, labels in self.groups.items():
            label = (group or {}).get(column)
            if label in labels:
                return labels[label]
        return self.levels.get(level, self)


class WeightFile(Strict):
    """Weights of units in a file (CSV): columns ``unit``, optionally ``year``, and ``column``."""

    file: NamedFile
    column: str


UnitWeights = Annotated[
    Annotated[WeightFile, Tag("file")] | Annotated[str, Tag("name")],
    Discriminator(lambda of: "file" if isinstance(of, Mapping | WeightFile) else "name"),
]
"""``equal``, a column of the units or of the data, or a file."""


class RollUp(Step):
    """Roll-up of sub-units into the unit that they are part of.

    ``weights`` and ``min_share`` are those of the main entry where one under ``nodes`` or ``kinds``
    gives none. A unit with less than ``min_share`` of its sub-units, by weight, is missing.
    """

    registry = ROLLUPS

    weights: UnitWeights | None = None
    min_share: Annotated[float, Field(ge=0, le=1)] | None = None


class SubUnits(RollUp):
    """Sub-units that feed units: how they are rolled up, and what goes first.

    With ``first: units`` every indicator is rolled up and each unit then climbs the framework;
    with ``first: framework`` the sub-units climb it and every node's scores are rolled up.
    ``parent`` is the column of the data that names every unit's parent, unless a table of units is
    given. ``nodes`` gives an indicator, or all that is under a node, a roll-up of its own; it goes
    before ``kinds``, which does so for parents of a kind.
    """

    first: Literal["units", "framework"] = "units"
    parent: str = "parent"
    nodes: dict[str, RollUp] = {}
    kinds: dict[Label, RollUp] = {}

    def of(self, path: Sequence[str], kind: str) -> RollUp:
        """Return the roll-up of a node for parents of a kind; ``path`` is the node and those above."""
        of_node = next((self.nodes[node] for node in path if node in self.nodes), None)
        step = of_node or self.kinds.get(kind, self)
        shared = {"weights": self.weights or "equal", "min_share": self.min_share or 0.0}
        missing = {key: value for key, value in shared.items() if getattr(step, key) is None}
        return step.model_copy(update=missing) if missing else step

    @property
    def sources(self) -> list[UnitWeights]:
        """Every source of weights that is asked for, each once."""
        steps = [self, *self.nodes.values(), *self.kinds.values()]
        asked = dict.fromkeys(step.weights for step in steps)
        return [source for source in asked if source is not None and source != "equal"]


def _or_none(schema: dict[str, Any]) -> None:
    """Let a schema accept the word ``none``."""
    schema["anyOf"].append({"enum": ["none"]})


class Ranks(Strict):
    """Ranks of the results: 1 is best."""

    ties: Literal["min", "average", "max"] = "min"


def _codes(value: Any) -> Any:
    """Read ``none`` and a single code, as a study's list of choices has them."""
    if value in ("none", None):
        return ()
    return (value,) if isinstance(value, str) else value


Excluded = Annotated[
    tuple[str, ...],
    BeforeValidator(_codes),
    WithJsonSchema({"type": ["array", "string", "null"], "items": {"type": "string"}}),
]
"""Codes of nodes to leave out; a single one may stand without brackets."""
Numbers = Annotated[
    tuple[float, ...],
    BeforeValidator(lambda value: (value,) if isinstance(value, (int, float)) else value),
]
"""Numbers; a single one may stand without brackets."""


class Method(Strict):
    """The choices by which one index is constructed. Every key is optional.

    With a ``reference_year`` treatment and normalization of a panel are fitted on that year and
    applied to all; otherwise they are fitted on all years together. Numbers in ``missing`` are codes
    of the publisher for a missing value, in every indicator and denominator.
    """

    missing: Numbers = ()
    order: tuple[str, ...] = ORDER
    exclude: Excluded = ()
    screen: Screen = Screen(method="none")
    transform: dict[str, Annotated[str, WithJsonSchema({"enum": list(TRANSFORMS)})]] = {}
    impute: Impute = Impute(method="none")
    treat: Treat = Treat(method="none")
    normalize: Normalize = Normalize(method="minmax")
    weights: Weights = Weights(method="framework")
    aggregate: Aggregate = Aggregate(method="arithmetic")
    ranks: Ranks = Ranks()
    reference_year: int | None = None
    subunits: SubUnits | None = Field(default=None, json_schema_extra=_or_none)

    @property
    def subunits_or_mean(self) -> SubUnits:
        """How units that feed others are rolled up: by their mean where nothing is said."""
        return self.subunits or SubUnits(method="mean")

    @model_serializer(mode="wrap")
    def _said(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave ``missing`` out where no code is named."""
        keys: dict[str, Any] = handler(self)
        return {key: value for key, value in keys.items() if key != "missing" or value}

    @field_validator("subunits", mode="before")
    @classmethod
    def _subunits(cls, value: Any) -> Any:
        """Read ``none``, as a study's list of choices has it."""
        return None if value == "none" else value

    @field_validator("order")
    @classmethod
    def _order(cls, order: tuple[str, ...]) -> tuple[str, ...]:
        for name in order:
            if name not in ORDER:
                raise ValueError(f"unknown step '{name}': {nearest(name, ORDER)}")
        if len(set(order)) != len(order) or order[-2:] != ("normalize", "aggregate"):
            found = ", ".join(order)
            raise ValueError(f"{found}; expected each step once, 'normalize' and 'aggregate' last")
        return order

    @field_validator("transform")
    @classmethod
    def _transforms(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value.values():
            TRANSFORMS.check(name)
        return value

    @classmethod
    def read(cls, path: str | Path) -> Method:
        """Read a method from a YAML file; files that it names are relative to it.

        MethodError with every key that is unknown or has a wrong value.
        """
        path = Path(path)
        return cls.parse(read_yaml(path), where=path.name, folder=path.parent)

    @classmethod
    def parse(
        cls, data: Mapping[str, Any], where: str = "method", folder: Path | None = None
    ) -> Method:
        """Make a method of plain values (what a YAML file holds).

        Files that the values name are relative to ``folder``, or to the working folder.
        """
        return validated(cls, data, where, folder)

    def replace(self, **changes: Any) -> Method:
        """Return the method with other values of some keys, checked as those of a file are.

        A step is replaced as a whole: ``method.replace(treat={"method": "winsorize"})``.

        Examples
        --------
        >>> method = Method.parse({"normalize": "zscore", "aggregate": "geometric"})
        >>> method.replace(normalize={"method": "minmax", "range": [1, 100]})
        Method: normalize minmax (range 1 to 100); aggregate geometric
        >>> Method()
        Method: normalize minmax (range 0 to 100); aggregate arithmetic
        """
        checked = type(self).parse(changes)
        return self.model_copy(update={name: getattr(checked, name) for name in changes})

    def __repr__(self) -> str:
        fields = type(self).model_fields
        lines = [
            f"{key} {text}"
            for key, text in self._lines.items()
            if key in ("normalize", "aggregate") or getattr(self, key) != fields[key].default
        ]
        return f"Method: {'; '.join(lines)}"

    __str__ = __repr__

    def _repr_html_(self) -> str:
        return small_table("Method", ["step", "how"], self._lines.items(), len(self._lines))

    @property
    def _lines(self) -> dict[str, str]:
        """What each key says, in a line of words, in the order in which steps are done."""
        steps = [step for step in self.order if step in type(self).model_fields]
        keys = [*(["missing"] if self.missing else []), "exclude", "screen", *steps[:-1], "weights"]
        keys += [steps[-1], "ranks", "reference_year", "subunits"]
        return {key: in_words(getattr(self, key)) for key in keys}

    @property
    def files(self) -> dict[str, Path]:
        """Every file that the method names, by what it is for (``"normalize.file"``)."""
        steps: dict[str, Step] = {
            **{name: getattr(self, name) for name in ("screen", "impute", "treat", "normalize")},
            **{f"normalize.{code}": one for code, one in self.normalize.indicators.items()},
            "weights": self.weights,
        }
        of_steps = {
            f"{place}.{option}": value.path
            for place, step in steps.items()
            for option, value in step.arguments.items()
            if isinstance(value, NamedFile)
        }
        sources = self.subunits.sources if self.subunits else []
        weights = [source.file for source in sources if isinstance(source, WeightFile)]
        return of_steps | {f"subunits.weights {file.name}": file.path for file in weights}


def in_words(value: Any) -> str:
    """Say a key's value in a line: a step's method, and what is said of it."""
    if isinstance(value, BaseModel):
        keys = {k: v for k, v in value if k not in SPLIT}
        if isinstance(value, Step):
            fields = type(value).model_fields
            keys = value.arguments | {k: v for k, v in keys.items() if v != fields[k].default}
        pairs = [(k, v) for k, v in keys.items() if v not in (None, {}, ())]
        text = ", ".join(f"{k.replace('_', ' ')} {in_words(v)}" for k, v in pairs)
        name = getattr(value, "method", "")
        text = f"{name} ({text})" if name and text else name or text
    elif isinstance(value, Mapping):
        text = ", ".join(f"{key}: {in_words(item)}" for key, item in value.items())
    elif isinstance(value, tuple):
        apart = " to " if len(value) == 2 and isinstance(value[0], float) else ", "
        text = apart.join(map(in_words, value))
    else:
        text = f"{value:g}" if isinstance(value, float) else str(getattr(value, "name", value))
    text = text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
    return text if text and value is not None else "none"
