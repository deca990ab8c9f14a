"""Tests of what comes back into a pack."""
