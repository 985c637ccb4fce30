"""A cell of the sheet: where it stands and why, what asks about its figure, and what was answered."""
