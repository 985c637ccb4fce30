"""What is open, told to the ladder: a file for the matters of each room, in one form."""
