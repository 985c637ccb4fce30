"""What was signed on paper: scans, sorted by the codes on their pages, and attested by a second person."""
