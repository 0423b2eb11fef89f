"""What an index is constructed from: a framework, a method and the study that tries both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from erat.edition.own_method import OwnMethod
from erat.errors import Problem
from erat.index.framework import Framework
from erat.index.method import Method
from erat.robustness.factors import Study
from erat.robustness.settings import Resolver


@dataclass(frozen=True)
class Construction:
    """A framework, a method and a study, by their files.

    Attributes
    ----------
    framework_file, method_file, study_file
        The files.
    own
        A method in place of the file's.
    rolls_up
        Whether the study varies the roll-up of sub-units too; otherwise it scores them as they are.
    """

    framework_file: Path
    method_file: Path
    study_file: Path
    own: OwnMethod | None = None
    rolls_up: bool = True

    @cached_property
    def framework(self) -> Framework:
        """The framework."""
        return Framework.read(self.framework_file)

    @cached_property
    def method(self) -> Method:
        """The method."""
        return self.own.method if self.own else Method.read(self.method_file)

    @cached_property
    def study(self) -> Study:
        """What scores and ranks are tried against."""
        study = Study.read(self.study_file)
        study = self.own.study(study, self.framework) if self.own else study
        if self.rolls_up:
            return study
        return study.over({k: v for k, v in study.base_data.items() if k != "subunits"})

    @property
    def files(self) -> dict[str, Path]:
        """The three files."""
        named = (self.framework_file, self.method_file, self.study_file)
        return dict(zip(("framework", "method", "study"), named, strict=True))

    def problems(self, where: str, of: str) -> list[Problem]:
        """Find what is wrong: every file is read, and every choice of the study tried alone.

        A study whose base is another method is a problem: its ranks would not be the nominal ones.

        Parameters
        ----------
        where, of
            What to name as the place, and as the owner of the method.

        Raises
        ------
        InputError
            If a file cannot be read, or a choice is not possible.
        """
        _ = Resolver(self.study).alone(), self.method, self.framework
        base = Path(self.study.base).resolve()
        if base == self.method_file:
            return []
        expected = f"the method of {of}: {self.method_file.name}"
        return [Problem(where, base.name, expected, "name the same method in both")]
