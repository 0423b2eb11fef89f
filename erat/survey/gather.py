"""Putting the answers of all files together: doubles, verified levels, one row a respondent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from erat.errors import listing
from erat.locale import Language
from erat.survey.answers import COLUMNS, NOTE_COLUMNS, SIMULATED, Answers
from erat.survey.batch import (
    ACCEPTED,
    NOTHING,
    REFUSED,
    REPEATED,
    Batch,
    Setting,
    joined,
    states_of,
)
from erat.survey.doubles import Doubles
from erat.survey.identity import respondent_id
from erat.survey.intake import Intake


@dataclass(frozen=True)
class Gathered:
    """All answers that count, and where each respondent's came from.

    ``places`` has a row a submission: ``respondent``, ``file``, ``row`` (0 for a workbook).
    """

    answers: Answers
    places: pd.DataFrame


def gather(intakes: Sequence[Intake], setting: Setting, lang: Language) -> Gathered | None:
    """Put the answers of all files together, and settle what became of each.

    An answer that a respondent gave twice counts once if both are equal; if they differ, neither
    counts. A respondent all of whose answers were refused is none. The outcomes of the batches and
    the remarks of the intakes are brought up to date.

    Returns
    -------
    Gathered or None
        None if there is no submission that counts.
    """
    own = _settled(intakes, setting, lang, verification=False)
    checks = _settled(intakes, setting, lang, verification=True)
    if own:
        _leave_out(own)
    counted = _counted(own) if own else np.array([], dtype=int)
    found = _respondents(own, counted, setting) if own and len(counted) else None
    if checks:
        _verify(checks, found)
    _give_back(own)
    _give_back(checks)
    if own is None or found is None:
        return None
    own.whole.drop_texts()
    notes = _notes(own.whole, found, setting)
    answers = Answers.of(
        found.table,
        pd.DataFrame(_levels(found.said), index=found.table.index, columns=found.questions),
        states=pd.DataFrame(
            states_of(found.said, found.asked), index=found.table.index, columns=found.questions
        ),
        verified=pd.DataFrame(
            _levels(found.verified), index=found.table.index, columns=found.questions
        ),
        notes=notes,
        version=setting.instrument.version,
    )
    return Gathered(answers, _places(own, counted, found))


def _settled(
    intakes: Sequence[Intake], setting: Setting, lang: Language, *, verification: bool
) -> Doubles | None:
    """Join the files of one kind, and settle their doubles."""
    held = [
        one for one in intakes if one.batch is not None and one.batch.verification == verification
    ]
    batches = [one.batch for one in held if one.batch is not None]
    if not batches:
        return None
    owner = np.repeat(np.arange(len(batches)), [len(batch.rows) for batch in batches])
    whole = joined(batches)
    if verification:
        whole.rows["key"] = whole.rows["unit"]
    doubles = Doubles(whole, owner, held, setting.instrument.codes, lang)
    doubles.settle_all()
    return doubles


def _leave_out(own: Doubles) -> None:
    """Refuse the rows of respondents all of whose answers were refused; they say nothing."""
    whole = own.whole
    keys = whole.rows["key"]
    kept = (whole.outcome == ACCEPTED).any(axis=1) | (whole.checked == ACCEPTED).any(axis=1)
    lost = (whole.outcome == REFUSED).any(axis=1) & (whole.rows["unit"] != "").to_numpy()
    left = lost & ~keys.isin(keys[kept]).to_numpy()
    gone = keys.isin(keys[left]).to_numpy() & (whole.rows["unit"] != "").to_numpy()
    whole.rows.loc[gone, "unit"] = ""
    for number, one in enumerate(own.intakes):
        if one.batch is not None:
            one.batch.rows.loc[gone[own.owner == number], "unit"] = ""


def _counted(own: Doubles) -> np.ndarray:
    """Return the rows of respondents: not refused, and no workbook that nobody filled in."""
    blank = [one.kind == "workbook" and not (one.batch and one.batch.found) for one in own.intakes]
    there = (own.whole.rows["unit"] != "").to_numpy()
    return np.flatnonzero(there & ~np.array(blank, dtype=bool)[own.owner])


@dataclass
class _Found:
    """The respondents and what they said; ``of`` is the respondent's place for every row."""

    table: pd.DataFrame
    questions: pd.Index
    said: np.ndarray
    verified: np.ndarray
    asked: np.ndarray
    of: np.ndarray


def _respondents(own: Doubles, counted: np.ndarray, setting: Setting) -> _Found:
    """Make one row a respondent of the rows that count, in the order of sub-units."""
    rows, whole = own.whole.rows.iloc[counted], own.whole
    ids = pd.Series([respondent_id(u, k) for u, k in zip(rows["unit"], rows["key"], strict=True)])
    order = {code: place for place, code in enumerate(setting.units.all)}
    places = rows["unit"].map(order).to_numpy()
    sorting = np.lexsort((counted, ids.to_numpy().astype(str), places))
    counted, ids = counted[sorting], ids.iloc[sorting].reset_index(drop=True)
    starts = np.flatnonzero((ids != ids.shift()).to_numpy())
    of = np.full(len(whole.rows), -1, dtype=int)
    of[counted] = np.cumsum(ids.ne(ids.shift()).to_numpy()) - 1
    accepted = np.where(whole.outcome == ACCEPTED, whole.said, NOTHING)[counted]
    checked = np.where(whole.checked == ACCEPTED, whole.verified, NOTHING)[counted]
    marked = (whole.rows[SIMULATED] == SIMULATED).to_numpy()[counted]
    table = _table(own, counted[starts], ids.iloc[starts], setting)
    return _Found(
        table.assign(simulated=np.logical_or.reduceat(marked, starts))[list(COLUMNS)],
        pd.Index(list(setting.instrument.codes), dtype="str"),
        np.maximum.reduceat(accepted, starts, axis=0),
        np.maximum.reduceat(checked, starts, axis=0),
        whole.asked[counted[starts]],
        of,
    )


def _table(own: Doubles, first: np.ndarray, ids: pd.Series, setting: Setting) -> pd.DataFrame:
    rows = own.whole.rows.iloc[first]
    units = [setting.units.all[code] for code in rows["unit"]]
    return pd.DataFrame(
        {
            "unit": rows["unit"].to_list(),
            "government": [one.government.code for one in units],
            "province": [one.province for one in units],
            "kind": [one.kind for one in units],
            "role": rows["role"].to_list(),
            "file": [own.intakes[number].file for number in own.owner[first]],
            "submitted": rows["submitted"].to_list(),
        },
        index=pd.Index(ids.to_list(), dtype="str", name="respondent"),
        dtype="str",
    )


def _levels(said: np.ndarray) -> np.ndarray:
    return np.where((said >= 0) & (said <= 5), said, np.nan).astype(float)


def _verify(checks: Doubles, found: _Found | None) -> None:
    """Give what was found at a sub-unit to its respondents; refuse it where there is none."""
    whole = checks.whole
    units = whole.rows["unit"].to_numpy()
    of_unit = found.table.groupby("unit", sort=False).indices if found else {}
    for row in map(int, np.flatnonzero(units != "")):
        good = whole.checked[row] == ACCEPTED
        places = of_unit.get(units[row])
        if places is None or found is None:
            whole.checked[row, good] = REFUSED
            if good.any():
                _say_nobody(checks, row, str(units[row]), int(good.sum()))
            continue
        if whole.rows.at[row, SIMULATED] != _mark(found, places):
            whole.checked[row, good] = REFUSED
            _say_mixed(checks, row, str(units[row]), int(good.sum()))
            continue
        mine = found.verified[places]
        free = (mine == NOTHING) & found.asked[places] & good
        found.verified[places] = np.where(free, whole.verified[row], mine)
        _settle_taken(checks, row, good & ~free.any(axis=0), mine)


def _mark(found: _Found, places: np.ndarray) -> str:
    return SIMULATED if found.table[SIMULATED].to_numpy()[places].any() else ""


def _settle_taken(checks: Doubles, row: int, taken: np.ndarray, mine: np.ndarray) -> None:
    """Settle verified levels that the workbooks of a sub-unit have already."""
    whole = checks.whole
    same = taken & ((mine == NOTHING) | (mine == whole.verified[row])).all(axis=0)
    whole.checked[row, same] = REPEATED
    whole.checked[row, taken & ~same] = REFUSED
    if (taken & ~same).any():
        tr = checks.lang.tr
        codes = listing([checks.codes[int(j)] for j in np.flatnonzero(taken & ~same)])
        texts = (
            tr("another verified level of {codes} than in a workbook", codes=codes),
            tr("one verified level of a sub-unit and question"),
            tr("ask which holds, and delete the other"),
        )
        checks.refuse(row, "double", texts, int((taken & ~same).sum()))


def _say_mixed(checks: Doubles, row: int, unit: str, answers: int) -> None:
    tr = checks.lang.tr
    texts = (
        tr("simulated levels beside real answers of {unit}, or real beside simulated", unit=unit),
        tr("both simulated, or neither"),
        tr("keep simulated files in a folder of their own"),
    )
    checks.refuse(row, "simulated", texts, answers)


def _say_nobody(checks: Doubles, row: int, unit: str, answers: int) -> None:
    tr = checks.lang.tr
    texts = (
        tr("verified levels of {unit}, which has no answers in these files", unit=unit),
        tr("answers of the sub-unit that was verified"),
        tr("give all files at once, those with its answers too"),
    )
    checks.refuse(row, "nothing to verify", texts, answers)


def _give_back(doubles: Doubles | None) -> None:
    """Bring the outcomes in every file's own batch up to date."""
    if doubles is None:
        return
    for number, one in enumerate(doubles.intakes):
        if one.batch is not None:
            mask = doubles.owner == number
            one.batch.outcome = doubles.whole.outcome[mask]
            one.batch.checked = doubles.whole.checked[mask]
            one.batch.drop_texts()


def _notes(whole: Batch, found: _Found, setting: Setting) -> pd.DataFrame:
    """Return evidence and comments; several of one respondent to one question stand together."""
    columns = {kind: _column(whole, found, kind) for kind in ("evidence", "comment")}
    table = pd.concat(columns, axis=1).sort_index()
    table.columns = pd.Index(list(columns))
    table = table.astype(object).where(table.notna(), "")
    places = table.index.to_numpy()
    width = len(setting.instrument.codes)
    notes = pd.DataFrame(
        {
            "respondent": found.table.index.to_numpy()[places // width],
            "question": np.array(setting.instrument.codes, dtype=object)[places % width],
            **{kind: table[kind].to_numpy() for kind in columns},
        },
        dtype="str",
    )
    return notes[list(NOTE_COLUMNS)]


def _column(whole: Batch, found: _Found, kind: str) -> pd.Series:
    width = found.said.shape[1]
    some = [texts for texts in whole.texts if texts.kind == kind]
    if not some:
        return pd.Series([], index=pd.Index([], dtype=int), dtype=object)
    rows = np.concatenate([texts.rows for texts in some])
    questions = np.repeat([t.question for t in some], [len(t.rows) for t in some])
    texts = np.concatenate([t.texts for t in some])
    there = found.of[rows] >= 0
    key = found.of[rows[there]] * width + questions[there]
    table = pd.DataFrame({"key": key, "text": texts[there]}).drop_duplicates()
    twice = table["key"].duplicated(keep=False)
    together = table[twice].groupby("key")["text"].agg("\n".join)
    return pd.concat([table[~twice].set_index("key")["text"], together])


def _places(own: Doubles, counted: np.ndarray, found: _Found) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "respondent": found.table.index.to_numpy()[found.of[counted]],
            "file": [own.intakes[number].file for number in own.owner[counted]],
            "row": own.whole.rows["row"].to_numpy()[counted].astype(int),
        }
    )
