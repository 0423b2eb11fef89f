"""What the methodology notebooks show: audits of tables, framework and index; how sure ranks are.

Each function takes checked tables, or an assessment, and returns a table to be read.
"""
