"""Reminding by hand: who has not reported, asking them now, and when what is asked leaves."""
