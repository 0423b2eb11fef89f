"""What an import took in and what it refused, file by file, and why."""

from __future__ import annotations

import pandas as pd

from erat.report.capacity_view import CapacityView
from erat.report.page import Html, details, join, text
from erat.survey.cells import as_given

EXPLAINED = 25
"""Reasons of refusals that are shown at once; the rest is folded away."""
MOST_ROWS = 6
"""Rows of a file that are named one by one."""


def files_part(view: CapacityView) -> Html:
    """Show the ledger of the import for the province's files; nothing where there was none."""
    tr, found = view.lang.tr, files(view)
    if found.empty:
        return join([])
    heads = {
        tr("Answers"): "found",
        tr("Accepted"): "accepted",
        tr("Repeated"): "repeated",
        tr("Refused"): "refused",
        tr("Noted"): "noted",
    }
    rows = [
        {
            tr("File"): row["file"],
            **{
                head: view.count(float(row[name]))
                for head, name in heads.items()
                if name in found.columns
            },
        }
        for row in found.to_dict("records")
    ]
    frame = pd.DataFrame(rows)
    caption = tr("Files that the answers came in ({n})", n=len(frame))
    said = tr(
        "Repeated: the same answer of the same person again, counted once. Noted: taken in, with a "
        "remark. Every problem with its place stands in problems.csv beside the imported answers."
    )
    shown = view.pieces.table(frame, caption, right=list(frame.columns[1:]), kind="stack")
    title = view.pieces.worded(caption)
    return details(title, shown, text(said, kind="small"), _why(view, list(found["file"])))


def files(view: CapacityView) -> pd.DataFrame:
    """Return the ledger of the import, of the files that can concern the province.

    A file is left out only where all its people are of other provinces, or where nobody's answers
    were taken from it and its name begins with the code of a government of another province.

    Returns
    -------
    DataFrame
        Columns ``file, found, accepted, repeated, refused`` among others; without rows where the
        answers did not come from an import.
    """
    path = view.imported / "files.csv"
    if not path.is_file():
        return pd.DataFrame()
    frame = _read(path)
    return frame[~frame["file"].isin(_elsewhere(view, frame["file"]))].reset_index(drop=True)


def _read(path: object) -> pd.DataFrame:
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    return frame.map(as_given)


def _elsewhere(view: CapacityView, names: pd.Series) -> set[str]:
    """Return the files that are of other provinces only."""
    people = _read(view.imported / "respondents.csv")
    province = people.set_index("respondent")["province"]
    placed = people[["file", "province"]]
    path = view.imported / "places.csv"
    if path.is_file():
        places = _read(path)
        placed = places.assign(province=places["respondent"].map(province))
    own = set(placed.loc[placed["province"] == view.province, "file"])
    others = set(placed.loc[placed["province"] != view.province, "file"])
    others |= {name for name in names if name not in others and _of_another(view, name)}
    return others - own


def _of_another(view: CapacityView, name: str) -> bool:
    """Say whether a file's name begins with a government's code that is not of the province."""
    code = name.split(".")[0]
    return code in view.subunits.governments and code not in view.governments()


def _why(view: CapacityView, names: list[str]) -> Html:
    """Tabulate why answers were refused: a row a file and cause."""
    tr, path = view.lang.tr, view.imported / "problems.csv"
    if not path.is_file():
        return join([])
    found = _read(path)
    found = found[(found["severity"] == "refused") & found["file"].isin(names)]
    if found.empty:
        return text(tr("No answer of these files was refused."), kind="small")
    rows = []
    for (name, _), group in found.groupby(["file", "cause"], sort=False):
        first = group.iloc[0]
        where, more = _where(view, first), len(group) - 1
        if more:
            where = tr("{place} and {n} more", place=where, n=more)
        rows.append(
            {
                tr("File"): str(name),
                tr("Where"): where,
                tr("Found"): str(first["found"]),
                tr("Expected"): str(first["expected"]),
                tr("What to do"): str(first["remedy"]),
                tr("Answers"): _answers(view, group["answers"]),
            }
        )
    frame, right = pd.DataFrame(rows), [tr("Answers")]
    caption = tr("Refused, and why")
    shown = view.pieces.table(frame.head(EXPLAINED), caption, right=right, kind="stack plain")
    rest = frame.iloc[EXPLAINED:]
    if rest.empty:
        return shown
    name = view.pieces.worded(tr("{n} more reasons", n=len(rest)))
    return join([shown, details(name, view.pieces.table(rest, name, right=right, kind="stack"))])


def _where(view: CapacityView, row: pd.Series) -> str:
    """Name the place of a problem: a sheet or column, and the first rows."""
    tr, rows = view.lang.tr, str(row["rows"]).split()
    parts = [str(row["place"])] if row["place"] else []
    if rows:
        named = ", ".join(rows[:MOST_ROWS]) + (" …" if len(rows) > MOST_ROWS else "")
        parts.append(tr("row {rows}", rows=named))
    return ", ".join(parts) or tr("the file")


def _answers(view: CapacityView, given: pd.Series) -> str:
    counts = pd.to_numeric(given, errors="coerce")
    return view.count(float(counts.sum())) if counts.notna().any() else "–"
