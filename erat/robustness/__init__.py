"""How sure scores and ranks are, and what they are sensitive to.

One way through, each file a concept:

- a study and its factors: :mod:`factors`, :mod:`data_versions`, :mod:`perturb` (weights),
  :mod:`subindex` (the part of a study for one node); from values of factors to methods:
  :mod:`addresses`; what is refused: :mod:`study_checks`
- which values are tried: :mod:`design`; the distinct evaluations among them: :mod:`plan`
- evaluating them as arrays: :mod:`prepare` (up to normalization), :mod:`scorers`, :mod:`ranking`,
  :mod:`engine` (a block), :mod:`workers` (blocks in processes or on a cluster), :mod:`store`
- what comes of it: :mod:`intervals`, :mod:`dominance` (and tiers), :mod:`indices`,
  :mod:`sensitivity` (and changes between years), :mod:`study_result` (all of it), :mod:`claims`

:func:`uncertainty.uncertainty` goes the way to the store; :class:`study_result.StudyResult` has the
rest. Beside it stands the full factorial of a study's choices, for few of them: :mod:`alternatives`,
whose indices are exact.
"""
