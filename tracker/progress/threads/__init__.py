"""What is said about a figure beside the figure itself."""
