"""Documents that were signed outside of the product: looked at by a process apart, trusted or not, taken in."""
