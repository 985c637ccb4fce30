"""A period's ranking: shown to the bodies first, appealed against cell by cell, then frozen into numbered editions."""
