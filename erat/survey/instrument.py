"""The instrument: dimensions, indicators, questions in steps, and who answers them.

Its files are ``data/raw/instrument/``: ``instrument.yml`` and one file a dimension. The instrument
is e-RAT's own proposal; only the eight dimensions were made public.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field

from erat.errors import DataError, InputError, MethodError, Problem, listing, nearest
from erat.index.config import Strict, read_yaml, validated
from erat.index.framework import Framework
from erat.index.tables import read_text_table

PHASES = ("prevention", "preparedness", "response", "recovery")
CAPACITIES = ("absorb", "adapt", "recover")
TOPICS = (
    "policy", "mandate", "resources", "roles", "coordination",
    "warning", "continuity", "partnership", "transformation", "learning",
)  # fmt: skip
STEPS = 5
"""Steps of every question; a later one counts only when the earlier ones are met."""

Level = Literal["province", "regency"]
Text = Annotated[str, Field(min_length=1)]


class Respondent(Strict):
    """A kind of sub-unit that answers: an agency, or a partner outside the government."""

    code: str = Field(pattern="^[a-z]+$")
    kind: Literal["agency", "community", "business"]
    name_id: Text
    name_en: Text


class Step(Strict):
    """One step of a maturity rubric: something that can be observed."""

    id: Text
    en: Text


class Question(Strict):
    """One question: its steps, what counts as evidence, who answers, and its tags."""

    code: str = Field(pattern="^[A-Z]+[0-9]+[a-d]$")
    text_id: Text
    text_en: Text
    respondents: tuple[str, ...] = Field(min_length=1)
    governments: tuple[Level, ...] = Field(default=("province", "regency"), min_length=1)
    phase: Literal["prevention", "preparedness", "response", "recovery"]
    capacity: Literal["absorb", "adapt", "recover"]
    topic: Literal[
        "policy", "mandate", "resources", "roles", "coordination",
        "warning", "continuity", "partnership", "transformation", "learning",
    ]  # fmt: skip
    steps: tuple[Step, ...] = Field(min_length=STEPS, max_length=STEPS)
    evidence_id: Text
    evidence_en: Text


class Crosswalk(Strict):
    """What an indicator touches elsewhere, where that is known.

    ``ikd`` are priorities of BNPB's regional resilience index (1 to 7); ``spm`` are the services of
    the minimum service standard for disasters.
    """

    ikd: tuple[Annotated[int, Field(ge=1, le=7)], ...] = ()
    spm: tuple[Literal["information", "preparedness", "rescue"], ...] = ()


class Indicator(Strict):
    """An indicator: why it is in, and its questions."""

    code: str = Field(pattern="^[A-Z]+[0-9]+$")
    name_id: Text
    name_en: Text
    why_id: Text
    why_en: Text
    crosswalk: Crosswalk = Crosswalk()
    questions: tuple[Question, ...] = Field(min_length=2, max_length=4)


class DimensionFile(Strict):
    """One dimension and its indicators."""

    dimension: str
    indicators: tuple[Indicator, ...] = Field(min_length=4, max_length=6)


class Description(Strict):
    """What ``instrument.yml`` says: version, names, dimensions in order, who answers."""

    version: str = Field(pattern=r"^[0-9]+(\.[0-9]+)*$")
    name_id: Text
    name_en: Text
    about_id: Text
    about_en: Text
    dimensions: tuple[str, ...] = Field(min_length=1)
    respondents: tuple[Respondent, ...] = Field(min_length=1)


INDEX = "CAP"
"""Code of the index that the dimensions make."""
DESCRIPTION = "instrument.yml"
DIMENSIONS = "erat_dimensions.csv"
"""The instrument's own description, and the dimensions' names in the folder above it."""


@dataclass(frozen=True)
class Dimension:
    """One dimension with its name in both languages, and its indicators."""

    code: str
    name_id: str
    name_en: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class Instrument:
    """The whole instrument: what is asked, of whom, at which level of government.

    Attributes
    ----------
    description
        Version, names, and the kinds of sub-unit that answer.
    dimensions
        Those whose file is there, in the order of the description.
    digest
        SHA-256 over the files, in hexadecimal.
    """

    description: Description
    dimensions: tuple[Dimension, ...]
    digest: str

    @classmethod
    def read(cls, folder: Path) -> Instrument:
        """Read ``instrument.yml`` and the dimension files of a folder.

        The names of the dimensions are read from ``erat_dimensions.csv`` in the folder above. A
        dimension without a file is left out: an instrument may be a part of the whole.

        Raises
        ------
        InputError
            With everything that is wrong with any of the files.
        """
        return _read(cls, Path(folder))

    @property
    def version(self) -> str:
        """Version of the instrument; answers to another one are refused."""
        return self.description.version

    @property
    def respondents(self) -> tuple[Respondent, ...]:
        """The kinds of sub-unit that answer."""
        return self.description.respondents

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators, in order."""
        return tuple(one for dimension in self.dimensions for one in dimension.indicators)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in order."""
        return tuple(one for indicator in self.indicators for one in indicator.questions)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes of all questions, in order."""
        return tuple(question.code for question in self.questions)

    @cached_property
    def _by_code(self) -> dict[str, Question]:
        return {question.code: question for question in self.questions}

    def question(self, code: str) -> Question:
        """Return a question; KeyError if there is none of that code."""
        return self._by_code[code]

    def respondent(self, code: str) -> Respondent:
        """Return a kind of sub-unit; KeyError if there is none of that code."""
        return next((one for one in self.respondents if one.code == code), None) or _absent(code)

    @cached_property
    def indicator_of(self) -> dict[str, str]:
        """The indicator's code for every question's code."""
        return {q.code: one.code for one in self.indicators for q in one.questions}

    def asked(self, respondent: str, level: str) -> tuple[Question, ...]:
        """Return the questions for a kind of sub-unit of a province's or regency's government."""
        return tuple(
            one
            for one in self.questions
            if respondent in one.respondents and level in one.governments
        )

    def framework(self) -> Framework:
        """Return the tree: questions, indicators, dimensions, index; equal weights everywhere.

        The questions are its leaves (type ``indicator``), on a scale of 0 to 100.
        """
        return Framework.from_table(pd.DataFrame(list(self._nodes())), DESCRIPTION)

    def _nodes(self) -> Iterator[dict[str, object]]:
        index = ("Kapasitas, hasil penilaian", "Capacity, assessed")
        yield _node(INDEX, "", index, "aggregate")
        for one in self.dimensions:
            yield _node(one.code, INDEX, (one.name_id, one.name_en), "aggregate")
        for dimension in self.dimensions:
            for item in dimension.indicators:
                yield _node(item.code, dimension.code, (item.name_id, item.name_en), "aggregate")
        for question in self.questions:
            texts = (question.text_id, question.text_en)
            yield _node(question.code, self.indicator_of[question.code], texts, "indicator")


def _absent(code: str) -> Respondent:
    raise KeyError(code)


def _node(code: str, parent: str, names: tuple[str, str], kind: str) -> dict[str, object]:
    node = {"code": code, "parent": parent, "direction": 1, "weight": 1, "type": kind}
    posts = {"goalpost_low": 0, "goalpost_high": 100} if kind == "indicator" else {}
    return {**node, "name": names[1], "name_id": names[0], "name_en": names[1], **posts}


def _read(cls: type[Instrument], folder: Path) -> Instrument:
    problems: list[Problem] = []
    names, described = _names(folder.parent, problems), _description(folder, problems)
    files: dict[str, DimensionFile] = {}
    for path in sorted(folder.glob("*.yml")):
        if path.name != DESCRIPTION and (one := _dimension(path, problems)):
            files[path.stem] = one
    if described:
        problems += _problems(described, files, names)
    if problems or not described:
        raise DataError(problems)
    dimensions = tuple(
        Dimension(code, *names[code], files[code].indicators)
        for code in described.dimensions
        if code in files
    )
    return cls(described, dimensions, _digest(folder))


def _names(folder: Path, problems: list[Problem]) -> dict[str, tuple[str, str]]:
    try:
        table = read_text_table(folder / DIMENSIONS, DataError)
        rows = zip(table["code"], table["name_id"], table["name_en"], strict=True)
    except InputError as refused:
        problems += refused.problems
        return {}
    return {code: (name_id, name_en) for code, name_id, name_en in rows}


def _description(folder: Path, problems: list[Problem]) -> Description | None:
    try:
        return validated(Description, read_yaml(folder / DESCRIPTION), DESCRIPTION)
    except MethodError as refused:
        problems += refused.problems
        return None


def _dimension(path: Path, problems: list[Problem]) -> DimensionFile | None:
    try:
        file = validated(DimensionFile, read_yaml(path), path.name)
    except MethodError as refused:
        problems += refused.problems
        return None
    if file.dimension != path.stem:
        remedy = f"rename the file, or write dimension: {path.stem}"
        problems.append(Problem(path.name, repr(file.dimension), repr(path.stem), remedy))
    return file


def _problems(
    described: Description, files: dict[str, DimensionFile], names: dict[str, tuple[str, str]]
) -> Iterator[Problem]:
    """Find what is wrong between the files: codes, who answers, dimensions."""
    where = DESCRIPTION
    known = [one.code for one in described.respondents]
    for code in _twice(known):
        yield Problem(where, f"the respondent {code!r} twice", "each once", "remove one of them")
    for code in _twice(described.dimensions):
        yield Problem(where, f"the dimension {code!r} twice", "each once", "remove one of them")
    for code in described.dimensions:
        if names and code not in names:
            yield Problem(where, repr(code), f"a dimension of {DIMENSIONS}", nearest(code, names))
    if not any(code in files for code in described.dimensions):
        found = f"no file for {listing(described.dimensions)}"
        yield Problem(where, found, "a file a dimension", f"add {described.dimensions[0]}.yml")
    seen: dict[str, str] = {}
    for stem, one in files.items():
        if stem not in described.dimensions:
            remedy = nearest(stem, described.dimensions)
            yield Problem(f"{stem}.yml", repr(stem), f"a dimension of {DESCRIPTION}", remedy)
        yield from _file_problems(f"{stem}.yml", one, known, seen)


def _file_problems(
    where: str, file: DimensionFile, known: list[str], seen: dict[str, str]
) -> Iterator[Problem]:
    for indicator in file.indicators:
        yield from _code_problems(where, indicator.code, file.dimension, seen)
        for question in indicator.questions:
            yield from _code_problems(where, question.code, indicator.code, seen)
            for code in question.respondents:
                if code not in known:
                    place = f"{where}, {question.code}"
                    yield Problem(place, repr(code), "a known respondent", nearest(code, known))
            for code in _twice([*question.respondents, *question.governments]):
                found = f"{code!r} twice"
                yield Problem(f"{where}, {question.code}", found, "each once", "remove one")


def _code_problems(where: str, code: str, parent: str, seen: dict[str, str]) -> Iterator[Problem]:
    if code in seen:
        found = f"the code {code!r}, which {seen[code]} has too"
        yield Problem(where, found, "every code once", "give one of them another code")
    seen.setdefault(code, where)
    if code.rstrip("abcd0123456789" if parent.isalpha() else "abcd") != parent:
        expected = f"a code that begins with {parent}, its parent"
        yield Problem(where, repr(code), expected, "correct the code, or move it")


def _twice(codes: Iterable[str]) -> list[str]:
    given = list(codes)
    return sorted({code for code in given if given.count(code) > 1})


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
