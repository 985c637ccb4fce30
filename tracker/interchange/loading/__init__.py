"""A package's records as rows, stored as they come."""
