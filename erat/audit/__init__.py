"""What the methodology notebooks show: audits of the raw tables, the framework and a known index.

Each function takes checked tables, or an assessment, and returns a table to be read.
"""
