"""An edition: a year, borders, framework and method, published together; and its results.

One way through, each file a concept:

- where files are: :mod:`project`; what an edition's file says, and what its indexes are constructed
  from, be it with another method: :mod:`edition`
- the tables: :mod:`study` (how sure), :mod:`regencies` (as units, and provinces made from them),
  :mod:`description`; all of them, on disk, and what keeps an edition from it: :mod:`compute`
- read again: :mod:`frames` (each a :mod:`frame`), :mod:`province`, opened by
  :func:`opened.open_edition`
- audited: :mod:`ten_steps`, :mod:`audit`
"""
