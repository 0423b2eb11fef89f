"""Opening an edition: from its name, or a method of one's own, to frames."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from erat.edition.compute import assess_edition, build
from erat.edition.edition import Edition, MethodOrChanges
from erat.edition.frames import EditionFrames
from erat.edition.project import Project, province_code
from erat.edition.province import Province
from erat.errors import InputError, Problem
from erat.files import MANIFEST, sha256
from erat.index.assessment import Assessment
from erat.index.method import Method
from erat.index.panel import Panel
from erat.indonesia.check import RawTables, read_tables
from erat.locale import Language, use
from erat.robustness.factors import Study


class OpenEdition(EditionFrames):
    """An edition's results, its ``code`` and ``project``; :func:`open_edition` opens them."""

    def __init__(
        self, project: Project, code: str, lang: Language | None, other: Edition | None = None
    ) -> None:
        super().__init__(project.processed(other.results_name if other else code), lang)
        self.project, self.code, self._other = project, code, other

    def file(self, name: str) -> Path:
        """Return the path of a table; see :meth:`EditionFrames.file`."""
        if not self.is_built:
            found, remedy = f"no results of edition {self.code}", f"run: {self._build}"
            raise InputError([Problem("data/processed", found, "built results", remedy)])
        return super().file(name)

    @property
    def _build(self) -> str:
        return f"erat build --edition {self.code}"

    @property
    def is_built(self) -> bool:
        """Whether the results are there; without them there is what the raw tables give."""
        return (self.folder / MANIFEST).exists()

    def __repr__(self) -> str:
        if not self.is_built:
            return f"Edition {self.code}, without results: run: {self._build}"
        method = ", not the edition's method" if self.own_method else ""
        return (
            f"Edition {self.code}: {self.about['name_en']}, {len(self.scores)} provinces, "
            f"{len(self.framework.indicators)} indicators, {self.ways:,} ways{method}"
        )

    def _repr_html_(self) -> str:
        if not self.is_built:
            return f"<p>{self!r}</p>"
        columns = ["rank", "low", "high", "score", "score_low", "score_high", "third"]
        table = self.provinces[["name"]].join(self.ranks[columns]).sort_values("rank")
        caption = repr(self).replace("&", "&amp;").replace("<", "&lt;")
        return f"<p>{caption}</p>{table.round(1).to_html(max_rows=10)}"

    def province(self, province: str | int) -> Province:
        """Return one province, by its code or its name.

        Raises
        ------
        ParameterError
            If the edition has no such province; the nearest ones are named.
        """
        names = {str(unit): str(name) for unit, name in self.provinces["name"].items()}
        return Province(self, province_code(names, province))

    @cached_property
    def digest(self) -> str:
        """Hash of everything that the results consist of."""
        return sha256(self.folder / MANIFEST)

    # What is computed again from the raw tables when it is asked for

    @cached_property
    def edition(self) -> Edition:
        """The edition as its file says, with the method in place of its own if one was given."""
        return self._other or Edition.read(self.project, self.code)

    @property
    def method(self) -> Method:
        """The method."""
        return self.edition.method

    @property
    def study(self) -> Study:
        """The study: what is uncertain in the method and the figures."""
        return self.edition.study

    @property
    def panel(self) -> Panel:
        """Values of the edition's year as :func:`erat.assess` takes them."""
        return self.assessment.panel

    @cached_property
    def raw(self) -> RawTables:
        """The raw tables."""
        return read_tables(self.project.raw)

    @cached_property
    def assessment(self) -> Assessment:
        """The index constructed again from the raw tables, with every step."""
        return assess_edition(self.edition, self.raw)


def open_edition(
    edition: str | int | None = None,
    method: MethodOrChanges | None = None,
    *,
    lang: str | None = None,
    project: Project | None = None,
) -> OpenEdition:
    """Open the results of an edition, or of an edition with another method.

    Parameters
    ----------
    edition
        Its name; the latest if none is given.
    method
        The file of a method in place of the edition's, or changes to the edition's: a key
        (``{"aggregate": {"method": "arithmetic"}}``) takes the place of a whole step, an address
        (``{"treat.max_points": 3}``) that of one setting. The index, its study and the rest are
        computed with it (some minutes), and kept in ``data/processed/`` beside the edition's.
    lang
        ``"id"`` or ``"en"``: the language of names and of what is said from now on.
    project
        The project; the one that holds the current folder if none is given.

    Raises
    ------
    ParameterError
        If there is no such edition or language.
    InputError
        If the method cannot be used; and by every frame of results, if these were not built.

    Examples
    --------
    >>> e = open_edition("2024")  # doctest: +SKIP
    >>> e.ranks.nsmallest(3, "rank")[["rank", "low", "high"]]  # doctest: +SKIP
    >>> e.province("Bali").scores  # doctest: +SKIP
    """
    spoken = use(lang) if lang else None
    project = project or Project.here()
    code = str(edition) if edition is not None else project.editions[-1]
    project.edition_file(code)  # an unknown one is refused here
    other = None
    if method:
        other = Edition.read(project, code).with_method(method)
        build(project, other)
    _latest[:] = [OpenEdition(project, code, spoken, other)]
    return _latest[0]


_latest: list[OpenEdition] = []


def latest_opened() -> OpenEdition | None:
    """Return the edition that was opened last: what is shown is made from it."""
    return _latest[0] if _latest else None
