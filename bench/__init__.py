"""Measures the product and the least work that could do the same. See docs/speed.md."""
