"""The instrument: dimensions, indicators, questions in steps, and who answers them.

Its files are ``data/raw/instrument/``: ``instrument.yml`` and one file a dimension. The instrument
is e-RAT's own proposal; only the eight dimensions were made public.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar, get_args

import pandas as pd
from pydantic import Field

from erat.errors import DataError, InputError, Problem, listing, nearest
from erat.files import sha256
from erat.index.config import Strict, read_yaml, validated
from erat.index.framework import Framework
from erat.index.tables import read_text_table

M = TypeVar("M", bound=Strict)

Phase = Literal["prevention", "preparedness", "response", "recovery"]
Capacity = Literal["absorb", "adapt", "recover"]
Topic = Literal[
    "policy", "mandate", "resources", "roles", "coordination",
    "warning", "continuity", "partnership", "transformation", "learning",
]  # fmt: skip
PHASES: tuple[str, ...] = get_args(Phase)
CAPACITIES: tuple[str, ...] = get_args(Capacity)
TOPICS: tuple[str, ...] = get_args(Topic)
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
    phase: Phase
    capacity: Capacity
    topic: Topic
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
DESCRIPTION, NAMES = "instrument.yml", "erat_dimensions.csv"
"""The instrument's own description, and the dimensions' names in the folder above it."""


@dataclass(frozen=True)
class Dimension:
    """One dimension with its name in both languages, and its indicators."""

    code: str
    name_id: str
    name_en: str
    indicators: tuple[Indicator, ...]

    @property
    def questions(self) -> list[Question]:
        """Its questions, in order."""
        return [question for indicator in self.indicators for question in indicator.questions]


@dataclass(frozen=True)
class Instrument:
    """What is asked, of whom, at which level of government.

    ``dimensions`` are those whose file is there, in the order of the description; ``digest`` is the
    SHA-256 over the files, in hexadecimal.
    """

    description: Description
    dimensions: tuple[Dimension, ...]
    digest: str

    @classmethod
    def read(cls, folder: Path) -> Instrument:
        """Read ``instrument.yml``, the files of dimensions, and their names from the folder above.

        A dimension without a file is left out: an instrument may be a part of the whole. DataError
        has everything that is wrong with any of the files.
        """
        digest = hashlib.sha256()
        for path in instrument_files(folder):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        names = folder.parent / NAMES
        return _read_files(folder, digest.hexdigest(), sha256(names) if names.is_file() else "")

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
        return tuple(one for dimension in self.dimensions for one in dimension.questions)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes of all questions, in order."""
        return tuple(question.code for question in self.questions)

    def question(self, code: str) -> Question:
        """Return a question; ValueError if there is none of that code."""
        return self.questions[self.codes.index(code)]

    def respondent(self, code: str) -> Respondent:
        """Return a kind of sub-unit; KeyError if there is none of that code."""
        return {one.code: one for one in self.respondents}[code]

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
        """Return the tree of index, dimensions, indicators and questions, with equal weights. The
        questions are its leaves (type ``indicator``), on a scale of 0 to 100.
        """
        rows = [(INDEX, "", "Kapasitas, hasil penilaian", "Capacity, assessed")]
        rows += [(one.code, INDEX, one.name_id, one.name_en) for one in self.dimensions]
        rows += [
            (one.code, dimension.code, one.name_id, one.name_en)
            for dimension in self.dimensions
            for one in dimension.indicators
        ]
        rows += [
            (one.code, self.indicator_of[one.code], one.text_id, one.text_en)
            for one in self.questions
        ]
        table = pd.DataFrame(rows, columns=["code", "parent", "name_id", "name_en"])
        table = table.assign(name=table["name_en"], direction=1, weight=1, type="aggregate")
        leaves = table["code"].isin(self.codes)
        table.loc[leaves, ["type", "goalpost_low", "goalpost_high"]] = ["indicator", 0, 100]
        return Framework.from_table(table, DESCRIPTION)


def instrument_files(folder: Path) -> list[Path]:
    """List the files of an instrument."""
    return sorted(folder.glob("*.yml"))


@lru_cache(maxsize=8)
def _read_files(folder: Path, digest: str, _: str) -> Instrument:
    """Read the files of an instrument once, as long as they stay the same."""
    problems: list[Problem] = []
    names: dict[str, tuple[str, str]] = {}
    try:
        table = read_text_table(folder.parent / NAMES, DataError)
        rows = table[["code", "name_id", "name_en"]].itertuples(index=False)
        names = {code: (name_id, name_en) for code, name_id, name_en in rows}
    except DataError as refused:
        problems += refused.problems
    described = _read(Description, folder / DESCRIPTION, problems)
    files: dict[str, DimensionFile] = {}
    for path in instrument_files(folder):
        if path.name != DESCRIPTION and (file := _read(DimensionFile, path, problems)):
            files[path.stem] = file
            if file.dimension != path.stem:
                remedy = f"rename the file, or write dimension: {path.stem}"
                expected = repr(path.stem)
                problems.append(Problem(path.name, repr(file.dimension), expected, remedy))
    if described:
        problems += _problems(described, files, names)
    if problems or not described:
        raise DataError(problems)
    dimensions = tuple(
        Dimension(code, *names[code], files[code].indicators)
        for code in described.dimensions
        if code in files
    )
    return Instrument(described, dimensions, digest)


def _read(model: type[M], path: Path, problems: list[Problem]) -> M | None:
    """Read a file; keep what it is refused for, and go on."""
    try:
        remedy = "correct it; the other files of the instrument show how it is written"
        return validated(model, read_yaml(path), path.name, remedy=remedy)
    except InputError as refused:
        problems += refused.problems
        return None


def _problems(
    described: Description, files: dict[str, DimensionFile], names: dict[str, tuple[str, str]]
) -> Iterator[Problem]:
    """Find what is wrong between the files: codes, who answers, dimensions."""
    known = [one.code for one in described.respondents]
    for kind, codes in (("respondent", known), ("dimension", described.dimensions)):
        for code in _twice(codes):
            found = f"the {kind} {code!r} twice"
            yield Problem(DESCRIPTION, found, "each once", "remove one of them")
    for code in described.dimensions:
        if names and code not in names:
            expected = f"a dimension of {NAMES}"
            yield Problem(DESCRIPTION, repr(code), expected, nearest(code, names))
    if files.keys().isdisjoint(described.dimensions):
        found = f"no file for {listing(described.dimensions)}"
        remedy = f"add {described.dimensions[0]}.yml"
        yield Problem(DESCRIPTION, found, "a file for every dimension", remedy)
    seen: dict[str, str] = {}
    for stem, file in files.items():
        where = f"{stem}.yml"
        if stem not in described.dimensions:
            remedy = nearest(stem, described.dimensions)
            yield Problem(where, repr(stem), f"a dimension of {DESCRIPTION}", remedy)
        for indicator in file.indicators:
            yield from _code_problems(where, indicator.code, file.dimension, seen)
            for question in indicator.questions:
                yield from _code_problems(where, question.code, indicator.code, seen)
                yield from _question_problems(f"{where}, {question.code}", question, known)


def _code_problems(where: str, code: str, parent: str, seen: dict[str, str]) -> Iterator[Problem]:
    if code in seen:
        found = f"the code {code!r}, which {seen[code]} has too"
        yield Problem(where, found, "every code once", "give one of them another code")
    seen.setdefault(code, where)
    if code.rstrip("abcd0123456789" if parent.isalpha() else "abcd") != parent:
        expected = f"a code that begins with {parent}, its parent"
        yield Problem(where, repr(code), expected, "correct the code, or move it")


def _question_problems(where: str, question: Question, known: list[str]) -> Iterator[Problem]:
    for code in question.respondents:
        if code not in known:
            yield Problem(where, repr(code), "a known respondent", nearest(code, known))
    for code in _twice([*question.respondents, *question.governments]):
        yield Problem(where, f"{code!r} twice", "each once", "remove one")


def _twice(codes: Sequence[str]) -> list[str]:
    return sorted({code for code in codes if codes.count(code) > 1})
