"""What surrounds the term of an answer: escalation, technical breaks, the day's summaries."""
