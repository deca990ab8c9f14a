"""Printable figures, drawn by matplotlib."""
