"""Texts, numbers and geometry as JSON values: no NaN, no infinity, rounded coordinates."""

from __future__ import annotations

import json
import math
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from spatialplan.text import Lang, Text

__all__ = ["DECIMALS", "Json", "geometry", "number", "text"]

DECIMALS = 5  # degrees: about one metre

Json = dict[str, Any]  # JSON objects are open by nature


def text(words: Text, lang: Lang | None) -> str | Json:
    """Return a text in one language, or both as ``{"zh": …, "en": …}`` when `lang` is None."""
    return {"zh": words.zh, "en": words.en} if lang is None else words.say(lang)


def number(value: float | None, decimals: int = 6) -> float | None:
    """Return a rounded number; None where it is missing, NaN or infinite."""
    return None if value is None or not math.isfinite(value) else round(float(value), decimals)


def geometry(shape: BaseGeometry | None, decimals: int = DECIMALS) -> Json | None:
    """Return GeoJSON in two dimensions; None where there is nothing."""
    if shape is None or shape.is_empty:
        return None
    flat = shapely.force_2d(shape)
    rounded = shapely.transform(flat, lambda xy: xy.round(decimals))
    geojson: Json = json.loads(shapely.to_geojson(rounded))
    return geojson
