"""The doctors' days: patterns, days off, substitutions, extra hours, entered by staff."""
