"""The staff's queue: who takes which request, what its citizen is asked, what is noted and reopened."""
