"""Documents as they are signed: what they say, their form, their numbers, made one by one or many at once."""
