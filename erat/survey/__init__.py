"""The assessment: the instrument, its way to the field and back, and scores from answers."""
