"""The people of a clinic: how they are invited and join, who is here, and how their work ends."""
