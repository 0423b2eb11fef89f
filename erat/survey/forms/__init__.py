"""What goes out to the field: workbooks for sub-units, and forms for KoboToolbox and ODK."""
