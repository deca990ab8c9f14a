"""Vector data of other programs in and out: formats of files, and databases."""
