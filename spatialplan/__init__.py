"""spatialplan: a city's spatial plan as data, checked against real roads, drawn for people."""

__version__ = "0.1.0"
