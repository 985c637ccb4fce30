"""Letters of urging and public apologies: the list, one with what is done to it, its files."""
