"""How an audit writes its numbers and limits."""

from __future__ import annotations

from erat.edition.audit.ten_steps import Limit
from erat.report.view import View


def limits_words(view: View, limit: Limit) -> str:
    """Write both limits and who set them, as in ``look above 5%, fail above 35% (JRC)``."""
    tr = view.lang.tr
    who = ", ".join(limit.source).replace("-", "\N{NON-BREAKING HYPHEN}")
    look = _beyond(view, limit, limit.look)
    if limit.fail is None:
        return tr("look {look} ({who})", look=look, who=who)
    fail = _beyond(view, limit, limit.fail)
    return tr("look {look}, fail {fail} ({who})", look=look, fail=fail, who=who)


def _beyond(view: View, limit: Limit, value: float) -> str:
    tr, x = view.lang.tr, written(view, limit, value)
    word = tr("below {x}", x=x) if limit.low else tr("above {x}", x=x)
    return word.replace(" ", "\N{NO-BREAK SPACE}")


def written(view: View, limit: Limit, value: float) -> str:
    """Write a number as its limit says: percent, two decimals, or a count."""
    if limit.kind == "share":
        return percent(view, value)
    if limit.kind == "count" or value == 0:
        return view.lang.number(value, 0)
    return number(view, value) if abs(value) >= 1e-3 else tiny(value)


def tiny(value: float) -> str:
    """Write a very small number.

    Examples
    --------
    >>> tiny(1e-9), tiny(2.1e-14)
    ('10⁻⁹', '2·10⁻¹⁴')
    """
    digit, _, power = f"{value:.0e}".partition("e")
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{raised}" if digit == "1" else f"{digit}·10{raised}"


def percent(view: View, share: float, digits: int = 0) -> str:
    """Write a share in percent."""
    return "–" if share != share else number(view, 100 * share, digits) + "%"


def number(view: View, value: float, digits: int = 2) -> str:
    """Write a number with a true minus sign."""
    return view.lang.number(value, digits).replace("-", "−")
