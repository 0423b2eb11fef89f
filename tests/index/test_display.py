"""Objects show themselves: short lines, small tables with everything escaped, plain tables read."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from erat.errors import DataError, MethodError
from erat.index.assessment import assess
from erat.index.display import MOST_ROWS, small_table
from erat.index.framework import Framework
from erat.index.method import Method
from erat.index.panel import Panel

ROWS = [("idx", "", "aggregate", 1), ("A", "idx", "aggregate", 1), ("x1", "A", "indicator", 3),
        ("x2", "A", "indicator", 1), ("x3", "idx", "indicator", 3)]  # fmt: skip
DATA = pd.DataFrame(
    {"x1": [1.0, 2, 3], "x2": [9.0, np.nan, 7], "x3": [4.0, 5, 6]},
    index=pd.Index(["<b>u</b>", "v", "w"], name="province"),
)


@pytest.fixture
def framework() -> Framework:
    table = pd.DataFrame(ROWS, columns=["code", "parent", "type", "weight"])
    return Framework.from_table(table.assign(direction=1, name="Index & co"))


def test_a_plain_table_with_units_as_its_index_is_assessed(framework: Framework) -> None:
    a = assess(DATA, framework, {"aggregate": "geometric", "normalize": {"range": [1, 100]}})
    panel = Panel.from_frame(DATA, framework)
    method = Method().replace(aggregate="geometric", normalize={"range": [1, 100]})
    pd.testing.assert_frame_equal(a.scores, assess(panel, framework, method).scores)
    years = DATA.set_index(pd.Index([2001, 2002, 2003]), append=True)
    assert assess(years, framework).panel.years.tolist() == [2001, 2002, 2003]


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (DATA.reset_index(drop=True), r"rows that are numbered.*set_index"),
        (DATA.drop(columns="x2"), "the indicator 'x2'"),
        (DATA.assign(x1="many"), "text in a number|a plain number"),
        (DATA.assign(x1=np.inf), "finite"),
    ],
)
def test_a_plain_table_is_refused_with_what_to_do(
    framework: Framework, frame: pd.DataFrame, said: str
) -> None:
    with pytest.raises(DataError, match=said):
        assess(frame, framework)


def test_a_method_is_changed_by_its_keys() -> None:
    method = Method.parse({"treat": "winsorize", "aggregate": {"method": "power", "p": 0.5}})
    other = method.replace(normalize="zscore", exclude=["x1"])
    assert (other.treat, other.aggregate) == (method.treat, method.aggregate)
    assert other.normalize.method == "zscore"
    assert method.normalize.method == "minmax"
    with pytest.raises(MethodError, match="did you mean 'normalize'"):
        method.replace(normalise="zscore")
    with pytest.raises(MethodError, match="did you mean 'zscore'"):
        method.replace(normalize="zscor")


def test_lines_say_what_there_is(framework: Framework) -> None:
    panel = Panel.from_frame(DATA, framework)
    assert repr(panel) == "Panel: 3 units, 3 indicators, 1 of 9 values missing"
    assert repr(framework) == "Framework: Index & co (idx), 3 indicators in 1 dimension, 2 levels"
    own = Method.parse(
        {"treat": {"method": "winsorize", "max_points": 2}, "exclude": "x3",
         "aggregate": {"method": "arithmetic", "levels": {2: "geometric"}, "min_share": 0.5}}
    )  # fmt: skip
    assert repr(own) == str(own)
    assert repr(own) == (
        "Method: exclude x3; treat winsorize (max points 2, skewness 2, kurtosis 3.5, fallback log); "
        "normalize minmax (range 0 to 100); aggregate arithmetic (levels 2: geometric, min share 0.5)"
    )
    assert repr(assess(panel, framework)).startswith("Assessment: Index & co of 3 units, 3 indic")


def test_tables_are_small_and_escaped(framework: Framework) -> None:
    panel = Panel.from_frame(DATA, framework)
    a = assess(panel, framework)
    pages = [x._repr_html_() for x in (panel, framework, Method(), a)]
    for page in pages:
        assert page.startswith("<table><caption>")
        assert len(page) < 2500
        assert "<b>" not in page
    assert "without interval: see erat.alternatives or a study" in pages[3]
    assert "&lt;b&gt;u&lt;/b&gt;" in pages[3]
    assert "Index &amp; co" in pages[1]
    assert re.findall(r"\d+%", pages[1]) == ["100%", "25%", "75%", "25%", "75%"]


def test_a_long_table_is_cut_and_says_so() -> None:
    page = small_table("long", ["n"], ([i] for i in range(1000)), 1000)
    assert page.count("<tr>") == MOST_ROWS + 1
    assert f"{MOST_ROWS} of 1000 rows" in page
