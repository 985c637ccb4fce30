"""The sheet: all figures that a body owes in one period."""
