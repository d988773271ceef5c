"""The staff room: cards and feed of the clinic, who may press, what a press and a typed word do."""
