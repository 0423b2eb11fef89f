"""What an import took in and what it refused, of the files that concern one province."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from erat.survey.cells import as_given

FILES = ["file", "found", "accepted", "repeated", "refused", "noted"]
REFUSED = ["file", "cause", "place", "rows", "found", "expected", "remedy", "more", "answers"]


def read_files(imported: Path | None, province: str, governments: dict[str, str]) -> pd.DataFrame:
    """Return the ledger of an import, of the files that can concern a province.

    A file is left out only where all its people are of other provinces, or where nobody's answers
    were taken from it and its name begins with the code of a government of another province.

    Parameters
    ----------
    imported
        Folder of the imported answers; None where there are none.
    province
        Its code.
    governments
        Code of every government, and the code of its province.

    Returns
    -------
    DataFrame
        Columns ``file, found, accepted, repeated, refused, noted`` (answers; nan where the ledger
        does not count them); without rows where the answers did not come from an import.
    """
    if imported is None or not (imported / "files.csv").is_file():
        return pd.DataFrame(columns=FILES)
    frame = _read(imported / "files.csv").reindex(columns=FILES)
    frame[FILES[1:]] = frame[FILES[1:]].apply(pd.to_numeric, errors="coerce")
    placed = _people(imported)
    own = set(placed.loc[placed["province"] == province, "file"])
    others = set(placed.loc[placed["province"] != province, "file"])
    for name in set(frame["file"]) - others:
        if governments.get(name.split(".")[0], province) != province:
            others.add(name)
    return frame[~frame["file"].isin(others - own)].reset_index(drop=True)


def _people(imported: Path) -> pd.DataFrame:
    """Return in which files the people of each province stand: file, province."""
    people = _read(imported / "respondents.csv")
    if not (imported / "places.csv").is_file():
        return people[["file", "province"]]
    places = _read(imported / "places.csv")
    provinces = people.set_index("respondent")["province"]
    return places.assign(province=places["respondent"].map(provinces))[["file", "province"]]


def read_refused(imported: Path | None, files: pd.Series) -> pd.DataFrame:
    """Return why answers of some files were refused, a row a file and cause.

    Returns
    -------
    DataFrame
        Columns ``file, cause, place, rows, found, expected, remedy`` (of the first of a cause),
        ``more`` (how many more there are) and ``answers`` (all together, nan where not counted).
    """
    if imported is None or not (imported / "problems.csv").is_file():
        return pd.DataFrame(columns=REFUSED)
    every = _read(imported / "problems.csv")
    every = every[(every["severity"] == "refused") & every["file"].isin(files)]
    every = every.assign(answers=pd.to_numeric(every["answers"], errors="coerce"))
    groups = every.groupby(["file", "cause"], sort=False)
    first = groups[["place", "rows", "found", "expected", "remedy"]].first()
    counts = groups["answers"].agg(more=lambda given: len(given) - 1)
    answers = groups["answers"].sum(min_count=1)
    return first.join(counts).join(answers).reset_index()[REFUSED]


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False).map(as_given)
