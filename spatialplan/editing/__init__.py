"""What people edit comes back into a pack: as a list of changes, reviewed, then applied."""
