"""The terms of a target: what they can be, typed, compared, and in words."""
