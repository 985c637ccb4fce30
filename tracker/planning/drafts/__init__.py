"""Targets drafted for many bodies: from templates, as a table, pasted."""
