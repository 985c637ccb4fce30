"""What raises a question in what was reported: the list, one sign with its words, asking, answering, closing."""
