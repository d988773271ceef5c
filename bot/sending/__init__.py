"""Everything that leaves the house: the courier, its pace, its gateways and its ledger."""
