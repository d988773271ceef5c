"""The law: calendar, deadlines, eligibility, refusal grounds, identifiers and consent, as pure functions."""
