"""An edition: a year, borders, framework and method, published together; and its results.

One way through, each file a concept:

- where files are: :mod:`project`; what an edition's file says: :mod:`edition_file`; what its indexes
  are constructed from: :mod:`construction`, with another method: :mod:`own_method`; the edition:
  :mod:`edition`
- the tables: :mod:`study` and :mod:`replicates` (how sure), :mod:`regencies` and
  :mod:`regency_study` (as units), :mod:`bottom_up` (provinces made from them), :mod:`trend`,
  :mod:`description`; all of them: :mod:`compute`; what keeps an edition from it: :mod:`checks`
- on disk: :mod:`results`
- read again: :mod:`edition_tables`, :mod:`frames` (each a :mod:`frame`), :mod:`province`, opened by
  :func:`opened.open_edition`
- audited: :mod:`limits`, :mod:`ten_steps`, :mod:`audit`
"""
