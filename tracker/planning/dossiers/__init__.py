"""One commitment on its way: what it holds, what was said of it, the moves."""
