"""What servers say of submissions: what the office decided, and which versions one has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from erat.survey.read.identity import iso_date

Review = Literal["approved", "unreviewed", "undecided", "rejected"]
"""What an office can have decided of a submission."""
COUNTED: tuple[Review, ...] = ("approved", "unreviewed", "undecided")
"""Submissions that count unless the settings say otherwise."""

VERSION = ("root", "deprecated", "serial", "edits", "updated", "ended")
"""Columns of submissions that tell their versions apart: the id of the first version, that of the
version before, the number that all versions share, how often it was edited, and times.
"""
SERVER = ("review", *VERSION)
"""Columns of submissions that servers add."""

REVIEWS: dict[str, Review] = {
    **dict.fromkeys(("approved", "disetujui"), "approved"),
    **dict.fromkeys(("", "received", "edited", "null", "none", "nan"), "unreviewed"),
    **dict.fromkeys(("onhold", "hasissues", "ditunda", "ditangguhkan"), "undecided"),
    **dict.fromkeys(("rejected", "notapproved", "ditolak", "tidakdisetujui"), "rejected"),
}
"""Statuses of KoboToolbox and ODK in small letters without blanks, and what they mean."""

REVIEW_COLUMN = re.compile(
    r"(?:.*[/:._-])?(?:_validation_status(?:[/:._-](?:uid|label))?|review_?state)", re.IGNORECASE
)
"""Names of columns that say what the office decided; a submission can have several."""
_STATUS = re.compile(r"validation_status_(\w+)|[\"']label[\"']\s*:\s*[\"']([^\"']*)[\"']")


def status_word(texts: Sequence[str]) -> str:
    """Return the status in cells of one submission, alone or inside JSON; the worst if they differ.

    Examples
    --------
    >>> status_word(["", "Not Approved"]), status_word(["validation_status_on_hold"])
    ('Not Approved', 'on_hold')
    >>> status_word(['{"label": "On Hold", "by_whom": "a"}']), status_word(["{}"])
    ('On Hold', '')
    """
    words = [
        next(filter(None, match.groups()), "") if (match := _STATUS.search(text)) else text.strip()
        for text in texts
    ]
    order = ("unreviewed", "approved", "undecided", "unknown", "rejected")
    worst = max(words, key=lambda word: order.index(review_of(word)), default="")
    return worst if any(map(str.isalnum, worst)) else ""


def review_of(word: str) -> Review | Literal["unknown"]:
    """Say what a status means.

    Examples
    --------
    >>> review_of("Not Approved"), review_of("hasIssues"), review_of("-"), review_of("later")
    ('rejected', 'undecided', 'unreviewed', 'unknown')
    """
    return REVIEWS.get(re.sub(r"[\W_]", "", word).casefold(), "unknown")


def review_message(word: str, counted: Sequence[str]) -> str:
    """Return what is to be said of submissions with a status; empty if nothing is.

    Examples
    --------
    >>> review_message("Not Approved", COUNTED), review_message("On Hold", COUNTED)
    ('office', 'office.undecided')
    >>> review_message("approved", COUNTED), review_message("", ["approved"])
    ('', 'office.left out')
    """
    state = review_of(word)
    if ("undecided" if state == "unknown" else state) not in counted:
        return "office" if state == "rejected" else "office.left out"
    more = {"rejected": "office.counted"}
    return "" if state in ("approved", "unreviewed") else more.get(state, f"office.{state}")


def versions(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return for each submission a number that all its versions share, -1 if there is one version
    of it; and the position of the newest version, -1 for the newest or where none can be told.

    ``rows`` has texts ``submission``, ``unit``, ``key``, ``submitted`` and :data:`VERSION`.
    """
    ids = {
        name: rows[name].astype(str).str.lower().str.removeprefix("uuid:").to_numpy()
        for name in ("submission", "root", "deprecated")
    }
    group = _linked(rows, ids)
    version = pd.Series(ids["submission"]) + " " + rows["edits"].to_numpy()
    several = version.groupby(group).transform("nunique").to_numpy() > 1
    group = np.where(several, group, -1)
    newest = np.full(len(rows), -1)
    for number, places in pd.Series(group).groupby(group).indices.items():
        if number >= 0:
            age = _ages(rows.iloc[places], {name: column[places] for name, column in ids.items()})
            last = places[age.index(max(age))]
            newest[places] = [-1 if one == max(age) else last for one in age]
    return group, newest


def _linked(rows: pd.DataFrame, ids: dict[str, np.ndarray]) -> np.ndarray:
    """Number submissions so that those linked have one number: by an id, or by their number on the
    server where the person is the same too, since two servers may count alike.
    """
    serial = rows["serial"].to_numpy()
    links = [*ids.values()]
    links[0] = np.where(links[0] == serial, "", links[0])
    person = rows["key"].where(rows["key"].str.contains(" person ", regex=False), rows["unit"])
    there = (serial != "") & (person != "").to_numpy()
    links.append(np.where(there, "number " + serial + " " + person.to_numpy(), ""))
    texts = np.concatenate(links)
    places = np.tile(np.arange(len(rows)), len(links))[texts != ""]
    codes, distinct = pd.factorize(texts[texts != ""])
    size = len(rows) + len(distinct)
    if not size:
        return np.zeros(0, dtype=int)
    pairs = coo_matrix((np.ones(len(codes)), (places, len(rows) + codes)), shape=(size, size))
    return np.asarray(connected_components(pairs, directed=False)[1][: len(rows)])


def _ages(rows: pd.DataFrame, ids: dict[str, np.ndarray]) -> list[tuple[float, ...]]:
    """Return of each version what grows from one to the next; a time that some lack tells nothing."""
    ages = [~np.isin(ids["submission"], ids[of][ids[of] != ""]) for of in ("deprecated", "root")]
    edits = pd.to_numeric(rows["edits"], errors="coerce").fillna(0).to_numpy()
    times = [
        np.array([moment(text) for text in rows[of]]) for of in ("updated", "ended", "submitted")
    ]
    ages += [edits, *(time * time.all() for time in times)]
    return list(zip(*(age.astype(float).tolist() for age in ages), strict=True))


def moment(text: str) -> float:
    """Return a date or time as seconds, 0 if it cannot be told.

    Examples
    --------
    >>> moment("1970-01-01T08:00:01+08:00"), moment("1970-01-02"), moment("soon")
    (1.0, 86400.0, 0.0)
    """
    try:
        time = datetime.fromisoformat(iso_date(text))
    except ValueError:
        return 0.0
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
