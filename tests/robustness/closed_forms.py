"""Functions whose sensitivity indices are known.

- Ishigami's function, ``sin x1 + a sin(x2)**2 + b x3**4 sin x1`` on -pi to pi, with a = 7 and
  b = 0.1: x3 acts only together with x1. Source: Ishigami and Homma (1990), An importance
  quantification technique in uncertainty analysis for computer models, ISUMA '90.
- Sobol's G function, the product of ``(|4 x - 2| + a) / (1 + a)`` on 0 to 1, with a = 0, 1, 4.5
  and 9: the larger a, the less a coordinate matters. Source: Saltelli and Sobol' (1995), About the
  use of rank transformation in sensitivity analysis, Reliability Engineering & System Safety 50.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from erat.robustness.design import draw_points, lay_out

ISHIGAMI_A, ISHIGAMI_B = 7.0, 0.1
G_A = np.array([0.0, 1.0, 4.5, 9.0])


@dataclass(frozen=True)
class ClosedForm:
    """A function of coordinates that are even on 0 to 1, with its true indices.

    Attributes
    ----------
    name
        What the function is called.
    function
        Takes ``(rows, coordinates)``, returns ``(rows,)``.
    s1, st
        First and total order indices, ``(coordinates,)``.
    """

    name: str
    function: Callable[[np.ndarray], np.ndarray]
    s1: np.ndarray
    st: np.ndarray


def _ishigami(u: np.ndarray) -> np.ndarray:
    x = np.pi * (2 * u - 1)
    own = np.sin(x[:, 0]) * (1 + ISHIGAMI_B * x[:, 2] ** 4)
    return np.asarray(own + ISHIGAMI_A * np.sin(x[:, 1]) ** 2)


def _ishigami_form() -> ClosedForm:
    a, b, pi = ISHIGAMI_A, ISHIGAMI_B, np.pi
    first = np.array([0.5 * (1 + b * pi**4 / 5) ** 2, a**2 / 8, 0.0])
    both = b**2 * pi**8 * (1 / 18 - 1 / 50)
    total = first + both * np.array([1.0, 0.0, 1.0])
    variance = first.sum() + both
    return ClosedForm("Ishigami", _ishigami, first / variance, total / variance)


def _g(u: np.ndarray) -> np.ndarray:
    return np.asarray(((np.abs(4 * u - 2) + G_A) / (1 + G_A)).prod(axis=1))


def _g_form() -> ClosedForm:
    own = 1 / (3 * (1 + G_A) ** 2)
    variance = (1 + own).prod() - 1
    total = own * (1 + own).prod() / (1 + own)
    return ClosedForm("Sobol's G", _g, own / variance, total / variance)


ISHIGAMI, G_FUNCTION = _ishigami_form(), _g_form()


def outputs(form: ClosedForm, n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Evaluate a function on the design that studies have.

    Returns
    -------
    tuple
        Outputs of A and of B, ``(n, 1)`` each, and of every AB, ``(coordinates, n, 1)``.
    """
    names = [f"x{i + 1}" for i in range(len(form.s1))]
    points = dict(zip(names, draw_points(n, [1] * len(names), seed, "sobol"), strict=True))
    design = lay_out(points, {}, True, {})
    u = np.column_stack([points[name][design.sources[:, i], 0] for i, name in enumerate(names)])
    y = form.function(u)
    keys = ("A", "B", *(f"AB:{name}" for name in names))
    a, b, *ab = (y[design.parts[key]][:, None] for key in keys)
    return a, b, np.stack(ab)
