"""One figure: its page, its files, its receipt."""
