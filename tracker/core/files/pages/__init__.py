"""Pages of files that somebody sent, as images: drawn by a process of its own, which has little time and memory."""
