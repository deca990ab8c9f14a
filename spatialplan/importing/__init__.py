"""Import users' tables: read, understand, place and match every row."""
