"""Signs in what was reported that raise a question, each with what it rests on and a place for the answer. Advice only:
no status and no score knows of it."""
