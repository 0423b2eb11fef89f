"""How problems are worded."""

from __future__ import annotations

from erat.errors import nearest


def test_no_more_than_ten_names_are_listed() -> None:
    names = [f"Kabupaten {number}" for number in range(550)]
    assert nearest("?", names).endswith("Kabupaten 9 and 540 more")
    assert nearest("KABUPATEN 7", names) == "did you mean 'Kabupaten 7'?"
