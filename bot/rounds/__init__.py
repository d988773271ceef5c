"""A doctor's rounds: the visits of the day, their citizens' place in the line, whether they took place."""
