"""What is stored, read in the shape of a package and written in its one form."""
