"""The steps of constructing an index, one file a step: pure functions on arrays.

Arrays have the shape ``(..., units, indicators)``; a missing value is ``nan``. Nothing here knows
of files, tables or methods in YAML.
"""
