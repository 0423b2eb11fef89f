from __future__ import annotations

from itertools import combinations

import pandas as pd
import pytest

from erat.errors import DataError
from erat.locale import Language
from erat.plots import tile_map
from tests.plots.checks import words
from tests.plots.examples import NAMES, TILES, UNITS, money_map, old_map, ranged_map, values

NEW = [unit for unit in TILES.index if "-" not in unit]
OLD = [unit for unit in TILES.index if unit not in {"91", "92", "94", "95", "96", "97"}]


@pytest.mark.parametrize(("units", "count"), [(NEW, 38), (OLD, 34)])
def test_tiles_of_one_set_of_borders_do_not_overlap(units: list[str], count: int) -> None:
    assert len(units) == count
    for one, other in combinations(units, 2):
        a, b = TILES.loc[one], TILES.loc[other]
        assert abs(a["column"] - b["column"]) >= 1 or abs(a["row"] - b["row"]) >= 1, (one, other)


def test_neighbours_lie_as_they_do_in_indonesia() -> None:
    west_to_east = ["11", "16", "31", "35", "51", "53", "94"]
    assert TILES.loc[west_to_east, "column"].is_monotonic_increasing
    north_to_south = ["65", "64", "63", "35", "34"]
    assert TILES.loc[north_to_south, "row"].is_monotonic_increasing


def test_every_unit_has_its_tile_and_number() -> None:
    shown = values(1, 99)
    texts = words(tile_map(shown, Language("en"), tiles=TILES, names=NAMES, label="x"))
    for unit in UNITS:
        assert TILES.abbr[unit] in texts
        assert f"{shown[unit]:.0f}" in texts


def test_tiles_hold_intervals_where_they_are_given() -> None:
    assert sum("\N{EN DASH}" in word for word in words(ranged_map(Language("en")))) == len(UNITS)


def test_a_missing_value_is_said_to_be_missing() -> None:
    assert "no data" in words(money_map(Language("en")))
    assert "no data" not in words(old_map(Language("en")))


def test_numbers_too_wide_for_a_tile_are_left_out() -> None:
    texts = words(tile_map(values(1e6, 2e6), Language("en"), tiles=TILES, names=NAMES, label="x"))
    assert sum(text.count(",") == 2 for text in texts) == 2  # the ends of the colour bar


def test_a_unit_without_a_tile_is_refused() -> None:
    with pytest.raises(DataError, match=r"'99'.*table of tiles"):
        tile_map(
            pd.Series({"11": 1.0, "99": 2.0}), Language("en"), tiles=TILES, names=NAMES, label="x"
        )
