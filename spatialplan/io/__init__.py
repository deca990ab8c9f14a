"""Read packs, base data, boundaries and OpenStreetMap files."""
