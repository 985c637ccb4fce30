"""Who has not reported, asking them now, and what was climbed of the ladder for each matter."""
