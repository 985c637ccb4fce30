"""What a head asks of the People's Committee for one target, and what is decided on it."""
