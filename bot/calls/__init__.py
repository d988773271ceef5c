"""Home calls after they were sent: the clinic's steps, their clocks, what the citizen is told."""
