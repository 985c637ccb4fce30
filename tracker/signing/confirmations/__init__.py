"""Electronic confirmations: keys that people sign with, and what proves that they did."""
