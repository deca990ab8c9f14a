"""What every concept is measured with: the context of the checks, their verdicts, the map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from spatialplan.checks.context import Context
from spatialplan.model.families import FAMILIES
from spatialplan.model.inputs import Inputs
from spatialplan.model.plan import Claim, Concept, Origin, Parameter
from spatialplan.model.verdict import Verdict
from spatialplan.model.village import Village
from spatialplan.text import Text

__all__ = ["Setting", "build_setting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The inputs of all concepts; every frame is in the plan's projected CRS.

    Attributes
    ----------
    verdicts
        The verdict of every claim by its id.
    objects
        Named things of the map: ``osm_id``, ``name``, ``kind``, ``category`` (empty text where the
        thing has none; the embedded places have none at all), ``accuracy_m``, ``source``.
    townships
        The objects of kind ``township``; where the map has none, ``town`` and ``village``.
    villages
        The villages with coordinates: ``code``, ``name``, ``township``, ``district``,
        ``district_code``, ``accuracy_m``.
    n_villages
        Villages of the roster, with coordinates or not.
    districts
        ``adcode``, ``name`` and polygons of the plan's area.
    water
        Lines and polygons of water: ``class``, ``name``.
    categories
        What readers call each category of the objects, in the order of the table.
    """

    context: Context
    verdicts: Mapping[str, Verdict]
    objects: gpd.GeoDataFrame
    townships: gpd.GeoDataFrame
    villages: gpd.GeoDataFrame
    n_villages: int
    districts: gpd.GeoDataFrame
    water: gpd.GeoDataFrame
    categories: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))

    def category_name(self, category: str) -> Text:
        """Return the reader's name of a category of objects; an unknown one is its own name."""
        return self.categories.get(category, Text(category, category))

    def categories_in(self, present: Iterable[str]) -> tuple[str, ...]:
        """Return the categories that occur, in the order of the table, unknown ones last."""
        found = set(present)
        known = [key for key in self.categories if key in found]
        return (*known, *sorted(found - set(known)))

    def claims_about(self, subjects: Iterable[str], *predicates: str) -> list[Claim]:
        """Return the claims all of whose subjects are among these, of these predicates if given."""
        wanted = frozenset(subjects)
        return [
            claim
            for claim in self.context.plan.claims
            if wanted.issuperset(claim.subjects)
            and (not predicates or claim.predicate in predicates)
        ]

    def located(self, keys: Iterable[str]) -> list[str]:
        """Return the features that have a place, in the order given."""
        return [key for key in keys if self.context.is_located(key)]

    def shape(self, key: str) -> BaseGeometry:
        """Return a located feature's shape in the plan's CRS; KeyError when it has none."""
        return self.context.shapes[key]

    @staticmethod
    def parameter(concept: Concept, name: str) -> Parameter:
        """Return a concept's parameter, else the family's default as an assumption."""
        if name in concept.params:
            return concept.params[name]
        default = FAMILIES[concept.family].params[name].default
        if default is None:
            raise KeyError(name)
        return Parameter(value=default, origin=Origin.ASSUMED)


# Where the map has official townships, its towns and villages name the same places again.
TOWNSHIP_KINDS = (("township",), ("town", "village"))


def build_setting(context: Context, verdicts: Iterable[Verdict], inputs: Inputs) -> Setting:
    """Project the map into the plan's CRS, once for all concepts."""
    crs = context.plan.crs
    objects = inputs.objects.to_crs(crs)
    if "category" not in objects:
        objects["category"] = ""
    objects["category"] = objects["category"].fillna("")
    placed = [village for village in inputs.villages if village.lon is not None]
    return Setting(
        context=context,
        verdicts={verdict.claim_id: verdict for verdict in verdicts},
        objects=objects,
        townships=_townships(objects),
        villages=_village_frame(placed, crs),
        n_villages=len(inputs.villages),
        districts=inputs.districts.to_crs(crs),
        water=inputs.water.to_crs(crs),
        categories=inputs.categories,
    )


def _townships(objects: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    official, mapped = (objects[objects["kind"].isin(kinds)] for kinds in TOWNSHIP_KINDS)
    return (official if len(official) else mapped).reset_index(drop=True)


def _village_frame(villages: list[Village], crs: str) -> gpd.GeoDataFrame:
    columns = ("code", "name", "township", "district", "district_code", "accuracy_m")
    points = gpd.points_from_xy([v.lon for v in villages], [v.lat for v in villages])
    return gpd.GeoDataFrame(
        {column: [getattr(v, column) for v in villages] for column in columns},
        geometry=points,
        crs="EPSG:4326",
    ).to_crs(crs)
