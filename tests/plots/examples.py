"""Every figure with names as long as they come, missing values and values that crowd."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from erat import plots
from erat.coherence import correlations, scree
from erat.indonesia import tiles
from erat.locale import Language
from tests.coherence.technology import DATA

TILES = tiles()
UNITS = [unit for unit in TILES.index if "-" not in unit]
NAMES = TILES["abbr"].to_dict() | {
    "19": "Kepulauan Bangka Belitung",
    "53": "Nusa Tenggara Timur",
    "52": "Nusa Tenggara Barat",
    "97": "Papua Pegunungan",
    "74": "Sulawesi Tenggara",
}
LONG = "Pengeluaran riil per kapita yang disesuaikan"
UNIT = "ribu rupiah per orang per tahun"
SOURCE = "BPS, Statistik Indonesia 2025, Table 4.3.9; BPS, Indeks Pembangunan Manusia 2024"

FIGURES: dict[str, Callable[..., Figure]] = {}


def figure(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Draw a figure once for all tests that call it by its name; ``FIGURES`` draw it anew."""
    FIGURES[draw.__name__] = draw
    return cache(draw)


def values(low: float = 0.0, high: float = 100.0, seed: int = 1) -> pd.Series[float]:
    """Return a value for each of the 38 provinces."""
    draw = np.random.default_rng(seed).uniform(low, high, len(UNITS))
    return pd.Series(draw, index=UNITS)


def with_ends(score: pd.Series[float]) -> pd.DataFrame:
    """Return scores with the ends of their intervals."""
    return pd.DataFrame({"score": score, "low": score * 0.9, "high": score})


def ranks(seed: int = 1) -> pd.Series[float]:
    """Return the 38 provinces' ranks, without ties."""
    return values(seed=seed).rank(ascending=False)


@figure
def money_map(lang: Language) -> Figure:
    """Intervals too wide for their tiles, one score missing."""
    shown = with_ends(values(5_000, 20_000))
    shown.loc["72"] = np.nan
    return plots.tile_map(
        shown, lang, tiles=TILES, names=NAMES, label=f"{LONG} ({UNIT})", vmin=5_000, highlight="19"
    )


@figure
def old_map(lang: Language) -> Figure:
    """The 34 provinces before 2022."""
    units = [unit for unit in TILES.index if unit not in {"91", "92", "94", "95", "96", "97"}]
    shown = with_ends(pd.Series(np.linspace(9, 15.5, len(units)), index=units))
    return plots.tile_map(shown, lang, tiles=TILES, names=NAMES, label=LONG, vmin=0)


def ranking_frame() -> pd.DataFrame:
    """Return ranks with ranges; one province has no rank."""
    rank = ranks()
    frame = pd.DataFrame({"rank": rank, "low": rank - 3, "high": rank + 4}).clip(1, 38)
    frame["name"] = pd.Series(NAMES)
    frame.loc["96", ["rank", "low", "high"]] = np.nan
    return frame


@figure
def ranking(lang: Language) -> Figure:
    """Ranks without tiers."""
    return plots.rank_ranges(ranking_frame(), lang, note="24 ways", source=SOURCE)


@figure
def tiered_ranking(lang: Language) -> Figure:
    """Ranks in tiers."""
    tiers = pd.qcut(values(), 3, labels=["Low", "Middle", "High"]).astype(str)
    return plots.rank_ranges(ranking_frame(), lang, tiers=tiers)


@figure
def interval_ranking(lang: Language) -> Figure:
    """Ranks with their middle half and median, in tiers."""
    frame = ranking_frame()
    frame["q25"], frame["median"], frame["q75"] = (frame["rank"] + step for step in (-1, 0, 2))
    tiers = pd.Series(pd.cut(frame["rank"], 6, labels=False)).map("Jenjang {:.0f}".format)
    return plots.rank_ranges(frame, lang, tiers=tiers, note="1,024 ways", source=SOURCE)


def factor_rows() -> pd.DataFrame:
    """Return the indices of three factors on two outputs; the last one changes nothing."""
    rows = [
        ("Normalisasi", 0, 0.31, 0.42, 0.35, 0.52),
        ("Normalisasi", 1, -0.02, 0.01, 0.0, 0.02),
        (LONG, 0, 0.6, 0.98, 0.9, 1.06),
        (LONG, 1, 0.2, 0.3, 0.3, 0.3),
        ("Pembulatan", 0, np.nan, np.nan, np.nan, np.nan),
        ("Pembulatan", 1, 0.0, 0.0, 0.0, 0.0),
    ]
    frame = pd.DataFrame(rows, columns=["label", "output", "S1", "ST", "ST_low", "ST_high"])
    return frame.assign(remark=["alone: rank 10–15, moves it by 1.2"] * 4 + [""] * 2)


@figure
def unit_factors(lang: Language) -> Figure:
    """Two outputs, a remark, an index above one and one that is not defined."""
    outputs = ["peringkat", "skor"]
    return plots.index_bars(factor_rows(), lang, outputs=outputs)


@figure
def factor_parts(lang: Language) -> Figure:
    """One output."""
    frame = factor_rows()
    return plots.index_bars(frame[frame["output"] == 0].assign(remark="not resolved"), lang)


@figure
def pairs(lang: Language) -> Figure:
    """All pairs of 38 provinces in five tiers."""
    places = np.arange(len(UNITS))
    shares = 1 / (1 + np.exp((places[:, None] - places) / 3))
    above = pd.DataFrame(shares, index=UNITS, columns=UNITS)
    tiers = pd.Series(1 + places // 8, index=UNITS)
    return plots.dominance_heat(above, lang, names=NAMES, tiers=tiers)


@figure
def chances(lang: Language) -> Figure:
    """A province whose rank in the edition is the best one."""
    at_most = pd.Series(np.linspace(0.3, 1.0, 38), index=[str(k) for k in range(1, 39)])
    return plots.rank_chances(at_most, lang, name=NAMES["19"], nominal=1)


@figure
def ranged_map(lang: Language) -> Figure:
    """Intervals in the tiles."""
    shown = with_ends(values(10, 95))
    return plots.tile_map(shown, lang, tiles=TILES, names=NAMES, label=LONG, vmin=0, note="90%")


@figure
def ranged_profile(lang: Language) -> Figure:
    """Scores with their intervals, and those of the medians."""
    columns = ["score", "low", "high", "median", "group_median"]
    rows = [[35.2, 30, 40.1, 60, 58], [100, 95.5, 100, 60, 70]]
    frame = pd.DataFrame(rows, ["People", LONG], columns, dtype=float)
    for name in ("median", "group_median"):
        frame[f"{name}_low"], frame[f"{name}_high"] = frame[name] - 2.0, frame[name] + 3.0
    return plots.dimension_profile(frame, lang, name=NAMES["19"], group_name="Bali")


@figure
def profile(lang: Language) -> Figure:
    """Four dimensions, with marks that coincide and marks at both ends."""
    names = ["People", "Livelihood", f"{LONG}, {LONG} ({UNIT})", "Economy"]
    columns = {
        "": [35.2, 88, 61, 0],
        "median_": [60, 60, 61.2, 55],
        "group_median_": [58, 70, 62, 100],
    }
    frame = pd.DataFrame(index=names)
    for name, points in columns.items():
        for column in (name.removesuffix("_") or "score", f"{name}low", f"{name}high"):
            frame[column] = np.array(points, dtype=float)
    return plots.dimension_profile(
        frame, lang, name=NAMES["19"], group_name="Bali dan Nusa Tenggara"
    )


CODES = ["poverty", "spending", "work"]
LABELS = {"poverty": "Penduduk miskin", "spending": LONG, "work": f"{LONG}, {LONG}"}
IN_UNITS = {"poverty": "%", "spending": UNIT, "work": "% angkatan kerja"}
DIGITS = {"poverty": 2, "spending": 0, "work": 1}


@figure
def strips(lang: Language) -> Figure:
    """More is better, less is better, and neither; the marked province lacks one value."""
    table = pd.DataFrame(
        {"poverty": values(3, 33), "spending": values(5_000, 20_000, 2), "work": values(1, 7, 3)}
    )
    table.loc["19", "work"] = np.nan
    directions = {"poverty": -1, "spending": 1, "work": 0}
    return plots.position_strips(
        table,
        "19",
        lang,
        labels=LABELS,
        units=IN_UNITS,
        digits=DIGITS,
        directions=directions,
        names=NAMES,
    )


BREAKS = [(2016, "konsep air minum layak berubah; nilai sebelumnya mengukur hal lain")]


def yearly() -> pd.DataFrame:
    """Return eleven years in two segments; the first is one year, and a year is missing."""
    years = list(range(2015, 2026))
    frame = pd.DataFrame({"year": years, "value": np.linspace(60.0, 84, 11)})
    frame["compare"] = frame["value"] + 1.5
    frame["segment"] = (frame["year"] >= 2016).astype(int)
    frame.loc[3, "value"] = np.nan
    return frame


@figure
def trend(lang: Language) -> Figure:
    """Two lines that end close to each other."""
    label = f"{LONG} ({UNIT})"
    return plots.trend_lines(
        yearly(), lang, label=label, name=NAMES["19"], breaks=BREAKS, source=SOURCE
    )


@figure
def multiples(lang: Language) -> Figure:
    """Three panels, two of them with the same break."""
    parts = [yearly().assign(indicator=code) for code in CODES]
    parts[1]["value"] *= 200
    parts[1]["compare"] *= 200
    return plots.small_multiples(
        pd.concat(parts, ignore_index=True),
        lang,
        labels=LABELS,
        units=IN_UNITS,
        name=NAMES["19"],
        compare="median dari 34 provinsi",
        breaks={"poverty": BREAKS, "work": BREAKS},
    )


@figure
def bars(lang: Language) -> Figure:
    """Differences of both signs, one of them nothing."""
    names = [LONG, "Penduduk miskin", "Rumah tangga dengan akses air minum layak", "PDRB"]
    frame = pd.DataFrame({"contribution": [4, 9.5, 6, 1.0], "mean": [6, 5, 6, 8.25]}, index=names)
    return plots.contribution_bars(frame, lang, total=-4.75, interval=(-6.0, -3.5))


@figure
def regencies(lang: Language, count: int = 6) -> Figure:
    """Regencies with long names; one is missing if there are more than two."""
    names = [f"Kota Administrasi Jakarta Selatan {i}" for i in range(count)]
    rows = [
        (f"31{i:02}", name, code, 10.0 + (i * 7 % 11) + i / 50)
        for code in CODES
        for i, name in enumerate(names)
    ]
    frame = pd.DataFrame(rows, columns=["unit", "name", "indicator", "value"])
    if count > 2:
        frame.loc[1, "value"] = np.nan
    province = {"poverty": 12.0, "spending": 30.0}
    return plots.sub_unit_strips(
        frame,
        province,
        lang,
        labels=LABELS,
        units=IN_UNITS,
        digits=DIGITS,
        limit=dict.fromkeys(CODES, (5.0, 40.0)),
    )


@figure
def choices(lang: Language) -> Figure:
    """Nine alternatives, one with a name too long to be written upwards."""
    heads = ["Edisi 2024", "Skor z", f"Tanpa {LONG.lower()}", *(f"Tanpa {i}" for i in range(6))]
    frame = pd.DataFrame({head: ranks(seed) for seed, head in enumerate(heads)})
    return plots.rank_by_choice(frame, lang, names=NAMES, source=SOURCE)


@figure
def factors(lang: Language) -> Figure:
    """Mean and greatest shifts, named."""
    frame = pd.DataFrame(
        {
            "mean_shift": [2.3, 0.0, 4.0],
            "max_shift": [14, 0, 12],
            "max_name": [NAMES["19"], "Bali", NAMES["97"]],
        },
        index=["Normalisasi", "Agregasi", f"Tanpa {LONG.lower()}"],
    )
    return plots.factor_effects(frame, lang)


@figure
def own_ranks(lang: Language) -> Figure:
    """Ranks at both ends and at the nominal rank."""
    rows = [
        ("Normalisasi", "Skor z", 1),
        ("Normalisasi", "Peringkat", 16),
        ("Tanpa", LONG, 38),
        ("Tanpa", "Penduduk miskin", 17),
    ]
    frame = pd.DataFrame(rows, columns=["factor", "level", "rank"])
    return plots.unit_ranks(frame, lang, nominal=16, interval=(12, 22), units=38)


@figure
def cloud(lang: Language) -> Figure:
    """Points in a crowd."""
    x = values(45, 55)
    y = x + values(-1, 1, 2)
    return plots.scatter(x, y, lang, names=NAMES, xlabel=LONG, ylabel=UNIT, note="r", source=SOURCE)


@figure
def coverage(lang: Language) -> Figure:
    """Five series over sixteen years."""
    years = list(range(2010, 2026))
    shares = [[(i * 5 + j) % 4 / 3 for j in range(16)] for i in range(5)]
    frame = pd.DataFrame(shares, index=[LONG, "b", "c", "d", f"{LONG} 2"], columns=years)
    return plots.heat(frame, lang, breaks=[(LONG, 2016), ("c", 2021)])


@figure
def few_units(lang: Language) -> Figure:
    """Four regencies, four indicators, one of them without a difference."""
    labels = [LONG, "Umur harapan hidup saat lahir (basis SP2010)", "c", "Harapan lama sekolah"]
    return _heat(lang, 4, labels, 3.0)


@figure
def many_units(lang: Language) -> Figure:
    """38 regencies, eight indicators: no room for numbers in the cells."""
    return _heat(lang, 38, [f"{LONG} {k}" for k in range(8)], 0.2)


def _heat(lang: Language, rows: int, labels: list[str], size: float) -> Figure:
    draw = np.random.default_rng(1).normal(0, size, (rows, len(labels)))
    draw[:, 2] = 0.0
    frame = pd.DataFrame(draw, index=[f"{k}" for k in range(rows)], columns=labels)
    names = {f"{k}": f"Kab. Pangkajene dan Kepulauan {k}" for k in range(rows)} | {"1": "Kota Batu"}
    codes = {label: label for label in labels}
    foot = "Kepulauan Bangka Belitung"
    return plots.unit_heat(frame, lang, names=names, labels=codes, foot=foot)


ASSESSED = "Kemampuan mengembangkan produk/layanan baru dan kemitraan dengan dunia usaha"
MISSING = "belum dinilai: terlalu sedikit subunit"


@figure
def rows(lang: Language) -> Figure:
    """Ends of the scale, a missing score, a score without an interval, two groups."""
    frame = pd.DataFrame(
        {
            "name": ["Nol", ASSESSED, ASSESSED, "Penuh"],
            "score": [0, np.nan, 43.2, 100],
            "score_low": [0, np.nan, np.nan, 96.0],
            "score_high": [3, np.nan, np.nan, 100.0],
            "score_missing": ["", MISSING, "", ""],
            "group": ["Fase", "Fase", "Jenis", "Jenis"],
        }
    )
    return plots.interval_rows(frame, lang, colours={"Jenis": "#1b2a3a"})


@figure
def sides(lang: Language) -> Figure:
    """Both sides, one side, neither, and both at one place."""
    frame = pd.DataFrame(
        {
            "name": ["A", ASSESSED, ASSESSED, "D"],
            "first": [0, 50, np.nan, 70],
            "second": [100, np.nan, np.nan, 70],
            "first_low": [0, 40, np.nan, 66],
            "first_high": [5, 60, np.nan, 75],
            "second_low": [95, np.nan, np.nan, 69],
            "second_high": [100, np.nan, np.nan, 71],
            "first_missing": "belum dinilai",
            "second_missing": "belum dinilai",
        }
    )
    sides = {"first": "Pemerintah provinsi", "second": "Kabupaten dan kota"}
    return plots.two_sides(frame, lang, sides=sides)


@figure
def grid(lang: Language) -> Figure:
    """A score, no question, not assessed, one question."""
    cells = pd.DataFrame(
        [("a", "x", 10.0, 3), ("a", "y", np.nan, 0), ("b", "x", np.nan, 2), ("b", "y", 99.0, 1)],
        columns=["row", "column", "score", "questions"],
    ).set_index(["row", "column"])
    names = {"x": "Menyerap", "y": "Menyesuaikan diri"}
    return plots.lens_grid(
        cells, lang, rows={"a": "Pencegahan", "b": "Kesiapsiagaan"}, columns=names
    )


@figure
def grid_with_intervals(lang: Language) -> Figure:
    """The widest interval, an interval that is missing, and a tile without a question."""
    nan = float("nan")
    tiles = {"x": (55.5, 50.0, 100.0, 12), "y": (40.0, nan, nan, 2), "z": (nan, nan, nan, 0)}
    rows = {"a": "Pencegahan", "b": "Kesiapsiagaan"}
    cells = pd.DataFrame(
        [(row, column, *tile) for row in rows for column, tile in tiles.items()],
        columns=["row", "column", "score", "score_low", "score_high", "questions"],
    ).set_index(["row", "column"])
    names = {"x": "Menyerap", "y": "Menyesuaikan diri", "z": "Memulihkan diri"}
    return plots.lens_grid(cells, lang, rows=rows, columns=names)


@figure
def of_differences(lang: Language, values: tuple[float, ...] = (-0.2, 0.0, 0.0, 0.21)) -> Figure:
    return plots.histogram(
        {"First": pd.Series(values), "Second, with a title as long as they come, and a bit": pd.Series(
            np.linspace(-0.4, 0.4, 4000))},
        lang, width=0.1, xlabel="Computed less published index, points",
        ylabel="values", limit=0.35, source="BPS",
    )  # fmt: skip


@figure
def of_goalposts(lang: Language) -> Figure:
    scores = pd.DataFrame({"a": [0.0, 50.0, 100.0], "b": [10.0, np.nan, 30.0]})
    observed = pd.DataFrame({"worst": [0.0, 5.0], "best": [100.0, 40.0]}, index=["a", "b"])
    return plots.goalpost_strips(
        scores, observed, lang,
        labels={"a": "Adjusted expenditure per person", "b": "Poverty"},
        ends={"a": ("5,000 thousand IDR per person a year", "22,000"), "b": ("36 percent", "0")},
        words=("between the goalposts", "observed in any year", "a province in 2024"),
        source="BPS",
    )  # fmt: skip


DIMENSION = dict(zip(DATA, [d for d in "abcd" for _ in range(2)], strict=True))


@figure
def few(lang: Language) -> Figure:
    """Eight indicators, one with a long name, two pairs flagged."""
    labels = {code: code.capitalize() for code in DATA} | {"exports": LONG}
    flags = {("internet", "exports"): "negative", ("electricity", "internet"): "strong"}
    r = correlations(DATA).r
    return plots.correlation_heat(
        r, lang, labels=labels, groups=DIMENSION, flags=flags, source=SOURCE
    )


@figure
def many(lang: Language) -> Figure:
    """Twenty-four indicators, one of them constant."""
    draw = np.random.default_rng(1).standard_normal((38, 24))
    table = pd.DataFrame(draw, columns=[f"x{i}" for i in range(24)]).assign(x3=1.0)
    labels = {code: f"{LONG} {code}" for code in table}
    return plots.correlation_heat(correlations(table).r, lang, labels=labels, groups={}, flags={})


@figure
def eigenvalues(lang: Language) -> Figure:
    """Two sets and an empty one."""
    tables = {
        LONG: scree(DATA[["patents", "royalties"]], draws=20),
        "All": scree(DATA, draws=20),
        "None": scree(DATA[["patents"]], draws=20),
    }
    return plots.scree_plots(tables, lang, source=SOURCE)
