"""Direct labels that do not overlap."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Box = tuple[float, float, float, float]
"""left, bottom, right, top"""


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Move the centres of labels along a line as little as possible until none overlap.

    Parameters
    ----------
    wanted
        Where each label would like to be centred.
    sizes
        The length of each label on the line, in the same unit.
    low, high
        The ends of the line. Labels too long for it in sum start at ``low``.

    Returns
    -------
    list of float
        The new centres, in the order of ``wanted``.

    Examples
    --------
    >>> spread([5, 5], [2, 2], 0, 10)
    [4.0, 6.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    offsets = [0.0]
    for before, after in pairwise(order):
        offsets.append(offsets[-1] + (sizes[before] + sizes[after]) / 2)
    level = _isotonic([wanted[i] - offset for i, offset in zip(order, offsets, strict=True)])
    if order:
        least = low + sizes[order[0]] / 2
        most = high - sizes[order[-1]] / 2 - offsets[-1]
        level = [max(min(value, most), least) for value in level]
    centres = [0.0] * len(wanted)
    for i, value, offset in zip(order, level, offsets, strict=False):
        centres[i] = value + offset
    return centres


def _isotonic(values: Sequence[float]) -> list[float]:
    """Return the nearest sequence that does not descend (pool adjacent violators)."""
    blocks: list[tuple[float, int]] = []
    for value in values:
        total, count = value, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / count:
            earlier, many = blocks.pop()
            total, count = total + earlier, count + many
        blocks.append((total, count))
    return [total / count for total, count in blocks for _ in range(count)]


def overlaps(one: Box, other: Box) -> bool:
    """Say whether two boxes share any area."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def place(
    point: tuple[float, float],
    size: tuple[float, float],
    taken: Sequence[Box],
    inside: Box,
    gap: float = 0.06,
) -> Box | None:
    """Find a free box of ``size`` at ``gap`` from a point, or None if there is none.

    The right is tried first, then the left, above, below and the corners.
    """
    (x, y), (width, height) = point, size
    right, left = x + gap, x - gap - width
    above, below, middle = y + gap, y - gap - height, y - height / 2
    candidates = [
        (right, middle),
        (left, middle),
        (x - width / 2, above),
        (x - width / 2, below),
        (x + gap / 2, above - gap / 2),
        (x + gap / 2, below + gap / 2),
        (x - gap / 2 - width, above - gap / 2),
        (x - gap / 2 - width, below + gap / 2),
    ]
    for corner_x, corner_y in candidates:
        box = (corner_x, corner_y, corner_x + width, corner_y + height)
        fits = inside[0] <= box[0] and inside[1] <= box[1]
        fits = fits and box[2] <= inside[2] and box[3] <= inside[3]
        if fits and not any(overlaps(box, other) for other in taken):
            return box
    return None
