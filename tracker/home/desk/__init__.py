"""A person's first page: what is to be done, what came of it, what the person may do."""
