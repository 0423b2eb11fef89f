"""Settings of an assessment: the method of its scores, what counts as assessed, and resampling."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from erat.index.config import Strict, read_yaml, validated
from erat.index.construct.aggregate import AGGREGATIONS
from erat.index.construct.weight import WEIGHTINGS
from erat.index.method import AggregateOne, Method, Normalize, SubUnits
from erat.survey.read.server import COUNTED, Review

Share = Annotated[float, Field(ge=0, le=1)]

FIXED_WEIGHTS = tuple(n for n in WEIGHTINGS if "scores" not in WEIGHTINGS.needs[n])
"""Weightings that do not depend on the answers."""

COMPARING = [n for n in AGGREGATIONS if "other units" in AGGREGATIONS.needs[n]]
"""Aggregations that compare units: a score is then no statement about its own answers."""

KEPT = ("order", "screen", "transform", "impute", "treat", "normalize", "reference_year")
"""Keys of a method that an assessment does not have: levels have a scale of their own."""


class Thresholds(Strict):
    """What a node of a unit needs to be shown as assessed; anything less is 'not assessed'.

    Attributes
    ----------
    answered
        Least share of the asked questions, over all respondents under the unit, that got a level.
    respondents
        Least number of respondents of a sub-unit.
    subunits
        Least number of sub-units of a government, or as many as are asked where these are fewer.
    regencies
        Least share of a province's regencies and cities. With 0 they may be missing altogether.
    agreement
        Least rwg(j): between the respondents of a sub-unit, and between the sub-units of a
        government. 0.3 is the end of what LeBreton and Senter (2008, Organizational Research
        Methods 11) call a lack of agreement. 0 asks for none.
    dimensions
        Least share of the dimensions asked that an index needs.
    """

    answered: Share = 0.5
    respondents: Annotated[int, Field(ge=1)] = 1
    subunits: Annotated[int, Field(ge=1)] = 2
    regencies: Share = 0.5
    agreement: Share = 0.3
    dimensions: Share = 1.0


class Resampling(Strict):
    """Replicates of the sample, and the interval that they give."""

    replicates: Annotated[int, Field(ge=0)] = 1000
    seed: Annotated[int, Field(ge=0)] = 2024
    level: Annotated[float, Field(gt=0, lt=1)] = 0.9


class AssessmentSettings(Strict):
    """How answers become scores. Every key is optional.

    Attributes
    ----------
    method
        Only its keys ``subunits``, ``weights``, ``aggregate``, ``exclude`` and ``ranks``: a level
        is 20 points on a scale of 0 to 100, whatever others answered.
    thresholds
        What counts as assessed.
    resampling
        How often, from which seed, and the level of the intervals.
    submissions
        What the office can have decided, on the server, of submissions that count: ``approved``,
        ``unreviewed`` (nothing yet), ``undecided`` (On Hold in KoboToolbox, hasIssues in ODK, or a
        status that is not known) and ``rejected`` (Not Approved, rejected). ``erat survey check``
        and ``import`` read it.
    merge
        Weights of figures that are not answers, against 1 for the assessed index: ``conditions``
        (the index of enabling conditions) and ``ikd`` (BNPB's index times 100, from the local
        tables). Empty, as it is unless somebody decides otherwise: nothing is merged.
    """

    method: Method = Method(subunits=SubUnits(method="mean"))
    thresholds: Thresholds = Thresholds()
    resampling: Resampling = Resampling()
    submissions: Annotated[tuple[Review, ...], Field(min_length=1)] = COUNTED
    merge: dict[Literal["conditions", "ikd"], Annotated[float, Field(gt=0)]] = {}

    @field_validator("method")
    @classmethod
    def _method(cls, method: Method) -> Method:
        """Refuse choices that answers on a scale of their own have no use for."""
        foreign = [key for key in KEPT if key in method.model_fields_set]
        if foreign:
            raise ValueError(f"the key '{foreign[0]}'; expected subunits, weights, aggregate")
        if method.weights.method not in FIXED_WEIGHTS:
            weights, known = method.weights.method, ", ".join(FIXED_WEIGHTS)
            raise ValueError(f"weights '{weights}', which depend on the answers; expected {known}")
        one = method.aggregate
        steps: list[AggregateOne] = [one, *one.nodes.values(), *one.levels.values()]
        comparing = [step.method for step in steps if step.method in COMPARING]
        if comparing or one.groups:
            wrong = f"aggregate '{comparing[0]}'" if comparing else "aggregate, groups"
            raise ValueError(f"{wrong}; expected an aggregation that stays within one unit")
        return method

    @property
    def subunits(self) -> SubUnits:
        """How sub-units are rolled up."""
        return self.method.subunits_or_mean

    @property
    def computing(self) -> Method:
        """The method as the roll-up takes it: points between the goalposts 0 and 100.

        What it excludes is left out of the framework beforehand.
        """
        points = Normalize.model_validate({"method": "goalposts", "scale": 100})
        more = {"normalize": points, "subunits": self.subunits, "exclude": ()}
        return self.method.model_copy(update=more)

    @classmethod
    def read(cls, path: str | Path) -> AssessmentSettings:
        """Read the settings from a YAML file; files that it names are relative to it.

        MethodError has every key that is unknown or has a wrong value.
        """
        path = Path(path)
        return validated(cls, read_yaml(path), path.name, path.parent)


def merge(assessed: float, others: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Average the assessed index, or an end of its interval, with other figures by weight.

    All are 0 to 100, in the same direction; the assessed one has the weight 1, the others those
    that the settings have under ``merge``. nan where any part is missing.

    Examples
    --------
    >>> merge(40.0, {"ikd": 70.0, "conditions": 10.0}, {"ikd": 0.5})
    50.0
    """
    total = assessed + sum(weight * others[name] for name, weight in weights.items())
    return total / (1 + sum(weights.values()))
