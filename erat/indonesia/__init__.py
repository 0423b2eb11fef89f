"""All that knows the country: raw tables and their checks, codes, borders, series."""
