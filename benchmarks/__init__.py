"""What the house costs: citizens call doctors through our bot and through a plain one, in turns."""
