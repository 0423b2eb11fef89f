"""The Technology Achievement Index as printed in the OECD/JRC Handbook (2008).

OECD/JRC (2008), Handbook on Constructing Composite Indicators, ISBN 978-92-64-04345-9: table A.2
(the first 23 countries), table 6 (correlations), 7 (eigenvalues), 8 (loadings) and 11 (alpha).
"""

from __future__ import annotations

import pandas as pd

CODES = "patents royalties internet exports telephones electricity schooling university".split()  # noqa: SIM905

_COLUMNS = """
187 289 271 994 779 189 82 31 75 8 235 103 106 72 103 165 205 74 42 13 28 26 105
125.6 130 156.6 64.6 9.8 151.2 134 38.6 18.2 25.5 36.8 20.2 110.3 73.9 13 14.8 33.6 43.6 8.6 9.8
 4.2 6.2 4
200.2 179.1 125.8 49 4.8 136 57.4 108 125.9 72.3 41.2 193.6 48.6 58.9 146.7 84.2 36.4 43.2 21 30.4
 25 21.6 20.3
50.7 66.2 59.7 80.8 66.7 50.9 61.9 48.7 16.2 74.9 64.2 19 53.6 47.6 15.4 50.3 58.9 45 53.4 51 51.7
 63.5 49.5
3.08 3.00 3.10 3.00 2.97 3.02 3.02 2.94 2.94 2.95 2.94 3.12 2.97 2.91 2.86 2.99 2.97 2.96 2.86 3.00
 2.75 2.73 2.84
4.15 4.07 4.14 3.86 3.65 3.77 3.73 4.18 3.94 3.83 3.75 4.39 3.68 3.86 3.91 3.79 3.80 3.74 3.62 3.65
 3.68 3.46 3.71
10 12 11.4 9.5 10.8 9.4 9.4 11.6 10.9 7.1 10.2 11.9 9.4 9.3 11.7 8.4 7.9 9.6 7.3 7.2 9.5 9.1 7.1
27.4 13.9 15.3 10 23.2 9.5 14.9 14.2 25.3 24.2 14.4 11.2 12.3 13.6 13.1 13.6 12.6 11 15.6 13 8.2 7.7
 10.6
"""

DATA = pd.DataFrame(
    {
        code: [float(cell) for cell in line.split()]
        for code, line in zip(CODES, _COLUMNS.replace("\n ", " ").split("\n")[1:-1], strict=True)
    }
)
"""23 countries by 8 indicators."""

CORRELATIONS = [  # table 6, the upper triangle by rows
    [0.13, -0.09, 0.45, 0.28, 0.03, 0.22, 0.08],
    [0.46, 0.25, 0.56, 0.32, 0.30, 0.06],
    [-0.45, 0.56, 0.84, 0.63, 0.27],
    [0.00, -0.36, -0.35, -0.03],
    [0.64, 0.30, 0.33],
    [0.65, 0.26],
    [0.08],
]
VARIANCE = [41.9, 21.8, 12.3, 11.1, 6.0, 3.7, 2.2, 0.9]
"""Table 7: percent of the variance by component."""
LOADINGS = {  # table 8, components 1 to 4
    "patents": [-0.11, -0.75, 0.13, 0.60],
    "royalties": [-0.56, -0.48, 0.22, -0.54],
    "internet": [-0.92, 0.21, 0.02, -0.10],
    "exports": [0.35, -0.85, 0.01, -0.13],
    "telephones": [-0.76, -0.39, -0.16, -0.16],
    "electricity": [-0.91, 0.13, 0.01, 0.07],
    "schooling": [-0.74, 0.11, 0.37, 0.39],
    "university": [-0.36, -0.12, -0.87, 0.15],
}
ALPHA = 0.70
DELETED = {  # table 11: correlation with the total of the others, alpha without
    "patents": (0.261, 0.704),
    "royalties": (0.527, 0.645),
    "internet": (0.566, 0.636),
    "exports": (-0.108, 0.774),
    "telephones": (0.701, 0.603),
    "electricity": (0.614, 0.624),
    "schooling": (0.451, 0.662),
    "university": (0.249, 0.706),
}
