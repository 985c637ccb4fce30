"""The life of a commitment: the table of its moves, and each verb."""
