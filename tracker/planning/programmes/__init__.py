"""Programmes before they begin and as they run: their plan, calendar, ways of signing."""
