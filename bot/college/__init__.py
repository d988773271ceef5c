"""The medical college's own staff: what was handed in, its six stages, the paper that is given out."""
