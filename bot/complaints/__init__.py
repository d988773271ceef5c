"""Complaints: filed by citizens, passed on by the office of a clinic, answered in the term of the law."""
