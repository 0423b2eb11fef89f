from __future__ import annotations

from itertools import combinations

import pandas as pd
import pytest

from erat.errors import DataError
from erat.locale import Language
from erat.plots import tile_map
from tests.plots.checks import words
from tests.plots.examples import (
    NAMES,
    TILES,
    UNITS,
    money_map,
    old_map,
    ranged_map,
    values,
    with_ends,
)

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
    shown, texts = with_ends(values(10, 95)), words(ranged_map(Language("en")))
    for unit in UNITS:
        assert TILES.abbr[unit] in texts
        assert "{low:.0f}\N{EN DASH}{high:.0f}".format(**shown.loc[unit]) in texts


def test_a_missing_value_is_said_to_be_missing() -> None:
    assert "no data" in words(money_map(Language("en")))
    assert "no data" not in words(old_map(Language("en")))


def test_numbers_too_wide_for_a_tile_are_left_out() -> None:
    texts = words(money_map(Language("en")))
    assert sum(text.count(",") == 1 for text in texts) == 2  # the ends of the colour bar


def test_a_unit_without_a_tile_is_refused() -> None:
    shown = with_ends(pd.Series({"11": 1.0, "99": 2.0}))
    with pytest.raises(DataError, match=r"'99'.*table of tiles"):
        tile_map(shown, Language("en"), tiles=TILES, names=NAMES, label="x", vmin=0)
