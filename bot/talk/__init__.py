"""One message of a citizen: thought through, decided in one transaction, answered."""
