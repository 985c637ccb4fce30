"""The appraiser's work: what waits for a decision, and deciding."""
