"""The street network: noding, building, snapping, routing."""
