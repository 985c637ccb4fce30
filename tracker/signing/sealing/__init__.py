"""The product's own seal: its keys, published one after the other, and the file that proves itself."""
