"""What the office decided, and of an edited submission the newest version: both are in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from erat.locale import Language
from erat.survey.importing import Checked, check_files
from tests.survey.exports_of import answers_of, check, csv_of, the_units

UNITS = the_units()
FIRST = UNITS.instrument.asked("bpbd", "regency")[0].code
NAMES = ["instrument_version", "instrument_digest", "consent", "government", "respondent",
         "respondent_id", FIRST]  # fmt: skip
TEXTS = ["1.0", UNITS.instrument.digest[:12], "yes", "7201", "bpbd"]


def table(rows: Sequence[Sequence[str]], *columns: str) -> str:
    """An export of rows: person, answer, and what stands in further columns."""
    return csv_of([*NAMES, *columns], [[*TEXTS, *row] for row in rows])


def levels(found: Checked) -> list[float]:
    return sorted(answers_of(found).levels[FIRST])


JSON = '{"timestamp": 1700000000, "uid": "validation_status_%s", "by_whom": "a", "label": "x"}'
STATUSES = {
    "ODK, rejected": ("ReviewState", "rejected", "office", "refused"),
    "ODK, a group": ("__system/reviewState", "rejected", "office", "refused"),
    "ODK, issues": ("ReviewState", "hasIssues", "office", "noted"),
    "ODK, approved": ("ReviewState", "approved", "", ""),
    "ODK, edited": ("ReviewState", "edited", "", ""),
    "Kobo, value": ("_validation_status", "validation_status_not_approved", "office", "refused"),
    "Kobo, label": ("_validation_status", "Not Approved", "office", "refused"),
    "Kobo, JSON": ("_validation_status", JSON % "not_approved", "office", "refused"),
    "Kobo, JSON of labels": ("_validation_status", "{'label': 'Not Approved'}", "office", "refused"),
    "Kobo, column of labels": ("_validation_status/label", "Not Approved", "office", "refused"),
    "Kobo, column of values": ("_validation_status.uid", "validation_status_on_hold", "office", "noted"),
    "Kobo, on hold": ("_validation_status", "On Hold", "office", "noted"),
    "Kobo, JSON on hold": ("_validation_status", JSON % "on_hold", "office", "noted"),
    "Kobo, approved": ("_validation_status", JSON % "approved", "", ""),
    "Kobo, empty": ("_validation_status", "{}", "", ""),
    "unknown": ("_validation_status", "Nanti", "office", "noted"),
}  # fmt: skip


@pytest.mark.parametrize("case", STATUSES)
def test_what_the_office_rejected_does_not_count(case: str, tmp_path: Path) -> None:
    column, status, cause, severity = STATUSES[case]
    found = check(tmp_path, table([["A", "s1", ""], ["B", "s1 s2 s3", status]], column))
    ledger = found.files().iloc[0]
    told = [(one.cause, one.severity, one.rows, one.answers) for one in found.remarks
            if one.cause == "office"]  # fmt: skip
    assert told == ([(cause, severity, (3,), 1)] if cause else [])
    assert levels(found) == ([1] if severity == "refused" else [1, 3])
    assert ledger["refused"] == (severity == "refused")


@pytest.mark.parametrize(
    ("counted", "left", "told"),
    [
        (["approved"], [1], {"Not Approved", "On Hold", "''"}),
        (["approved", "unreviewed"], [1, 2], {"Not Approved", "On Hold"}),
        (["approved", "unreviewed", "undecided", "rejected"], [1, 2, 3, 4], set()),
    ],
)
def test_the_setting_says_what_counts(
    counted: list[str], left: list[int], told: set[str], tmp_path: Path
) -> None:
    rows = [["A", "s1", "Approved"], ["B", "s1 s2", ""], ["C", "s1 s2 s3", "On Hold"],
            ["D", "s1 s2 s3 s4", "Not Approved"]]  # fmt: skip
    path = tmp_path / "a.csv"
    path.write_text(table(rows, "_validation_status"), encoding="utf-8")
    found = check_files([path], UNITS, Language("en"), counted)
    assert levels(found) == left
    assert {word for word in ("Not Approved", "On Hold", "''")
            if any(word in one.found for one in found.refused)} == told  # fmt: skip


KOBO = ["_uuid", "meta/rootUuid", "_id", "_submission_time", "end"]
ODK = ["KEY", "meta-instanceID", "meta-deprecatedID", "Edits", "SubmissionDate"]
SENT = "2026-03-31T01:00:00"
VERSIONS = {
    "KoboToolbox": (KOBO, [["u1", "", "17", SENT, ""], ["u2", "uuid:u1", "17", SENT, ""]]),
    "KoboToolbox, both with the root": (
        KOBO, [["u1", "uuid:u1", "17", SENT, ""], ["u2", "uuid:u1", "17", SENT, ""]]),
    "KoboToolbox, two edits": (
        KOBO, [["u2", "uuid:u1", "17", SENT, "2026-04-01T09:00:00+08:00"],
               ["u3", "uuid:u1", "17", SENT, "2026-04-01T02:00:00Z"]]),
    "KoboToolbox, a number alone": (
        KOBO, [["u1", "", "17", SENT, "2026-04-01"], ["u2", "", "17", SENT, "2026-04-02"]]),
    "ODK": (ODK, [["uuid:k", "uuid:k", "", "0", SENT], ["uuid:k", "uuid:e", "uuid:k", "1", SENT]]),
    "ODK, two edits": (
        ODK, [["uuid:k", "uuid:e", "uuid:k", "1", SENT], ["uuid:k", "uuid:f", "uuid:e", "2", SENT]]),
    "ODK, key alone": (ODK, [["uuid:k", "", "", "0", SENT], ["uuid:k", "", "", "1", SENT]]),
}  # fmt: skip
NUMBER_ALONE = "KoboToolbox, a number alone"
LINKED = [
    (case, persons)
    for case in VERSIONS
    for persons in (["A", "A"], ["", ""], ["A", "B"])
    if (case, persons) != (NUMBER_ALONE, ["A", "B"])
]


@pytest.mark.parametrize(("case", "persons"), LINKED, ids=str)
def test_the_newest_version_of_a_submission_counts(
    case: str, persons: list[str], tmp_path: Path
) -> None:
    columns, (old, new) = VERSIONS[case]
    monday = table([[persons[0], "s1", *old]], *columns)
    friday = table([[persons[1], "s1 s2 s3", *new]], *columns)
    found = check(tmp_path, b_monday=monday, a_friday=friday)
    assert levels(found) == [3]
    assert found.refused == []
    (remark,) = [one for one in found.remarks if one.cause == "older version"]
    assert (remark.file, remark.rows, remark.answers) == ("b_monday.csv", (2,), 1)
    assert "the newest is a_friday.csv, row 2" in remark.found
    ledger = found.files().set_index("file")
    assert ledger.loc["b_monday.csv", ["accepted", "repeated", "refused"]].tolist() == [0, 1, 0]
    assert found.places["file"].tolist() == ["a_friday.csv"]


def test_a_number_alone_does_not_link_two_people(tmp_path: Path) -> None:
    """Two servers may give the same number."""
    columns, (old, new) = VERSIONS[NUMBER_ALONE]
    monday = table([["A", "s1", *old]], *columns)
    friday = table([["B", "s1 s2 s3", *new]], *columns)
    both = check(tmp_path, b_monday=monday, a_friday=friday)
    assert sorted(levels(both)) == [1, 3]
    assert [one for one in both.remarks if one.cause == "older version"] == []


def test_an_older_version_does_not_count_where_the_newest_is_rejected(tmp_path: Path) -> None:
    columns, (old, new) = VERSIONS["KoboToolbox"]
    rows = [["A", "s1", *old, ""], ["A", "s1 s2 s3", *new, "Not Approved"], ["B", "s1 s2"]]
    rows[2] += ["u9", "", "18", SENT, "", ""]
    assert levels(check(tmp_path, table(rows, *columns, "_validation_status"))) == [2]


def test_versions_of_unknown_age_are_of_one_person(tmp_path: Path) -> None:
    rows = [["", "s1", "u1", "", "17", SENT, ""], ["", "s1 s2", "u2", "", "17", SENT, ""]]
    found = check(tmp_path, table(rows, *KOBO))
    assert [one.cause for one in found.refused] == ["double", "double"]
    assert found.answers is None


def test_submissions_of_two_servers_stay_two(tmp_path: Path) -> None:
    """They may have one number, but not of one person."""
    one = ["A", "s1", "u1", "", "17", SENT, "2026-04-01"]
    other = ["B", "s1 s2", "u2", "", "17", "2026-03-31T02:00:00", "2026-04-02"]
    assert levels(check(tmp_path, table([one, other], *KOBO))) == [1, 2]


@pytest.mark.parametrize(
    ("version", "digest", "cause", "accepted"),
    [
        ("1", True, "version", 112),
        ("1,0", True, "version", 112),
        ("1.00", True, "version", 112),
        ("1", False, "version", 0),
        ("1.1", True, "version", 0),
    ],
)
def test_a_version_that_a_spreadsheet_saved_is_told_by_the_digest(
    version: str, digest: bool, cause: str, accepted: int, tmp_path: Path
) -> None:
    texts = [version, TEXTS[1] if digest else "", *TEXTS[2:]]
    rows = [[*texts, f"person {number}", "s1"] for number in range(112)]
    found = check(tmp_path, csv_of(NAMES, rows))
    ledger = found.files().iloc[0]
    assert (ledger["accepted"], ledger["refused"]) == (accepted, 112 - accepted)
    (remark,) = [one for one in found.remarks if one.cause == cause]
    assert remark.severity == ("noted" if accepted else "refused")
    assert ("spreadsheet" in remark.found) == (version != "1.1")
