"""How sure scores and ranks are, and what they are sensitive to.

One way through, each file a concept:

- a study and its factors: :mod:`factors`, :mod:`distributions`, :mod:`data_versions` (of
  the data), :mod:`perturb` (weights), :mod:`node_study` (of a study); from settings to methods:
  :mod:`settings`; what is refused: :mod:`study_checks`
- which settings are tried: :mod:`design`; the distinct ones among them: :mod:`plan`
- evaluating them as arrays: :mod:`prepare` (up to normalization), :mod:`node_weights`, :mod:`climb`
  (node by node), :mod:`product` (all in one product), :mod:`ranking`, :mod:`engine` (a block),
  :mod:`workers` (blocks in processes or on a cluster), :mod:`store`
- what is told: :mod:`intervals`, :mod:`dominance` (and tiers), :mod:`exact_dominance`, :mod:`indices`,
  :mod:`sensitivity`, :mod:`change`, :mod:`rank_result` and :mod:`study_result` (all of it),
  :mod:`claims` in the words of :mod:`claims_text`

:func:`uncertainty.uncertainty` goes the way to the store; :class:`study_result.StudyResult` tells the
rest. Beside it stands the full factorial of a study's choices, for few of them: :mod:`alternatives`,
whose indices are exact.
"""
