"""The bridges over the rivers that the plan locates, as roads of their own that can be closed."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from spatialplan.concepts.setting import Setting
from spatialplan.measures.crossings import Spots, find_spots, group_spots
from spatialplan.measures.crossings_cut import cut_decks
from spatialplan.measures.river import river_of
from spatialplan.model.network import Snaps, StreetNetwork
from spatialplan.model.plan import Kind

__all__ = ["Bridges", "cut_bridges"]

SAME_BRIDGE_M = 150.0  # the carriageways and ramps of one crossing lie within this


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridges:
    """A network whose decks are edges of their own, and the places on it.

    `bridge` is the number of the bridge of each edge, -1 for all other roads, shape (m,); `river`
    is the name of the river of each bridge, `rivers` those that were looked at.
    """

    network: StreetNetwork
    snaps: Snaps
    bridge: NDArray[np.int64]
    river: tuple[str, ...]
    rivers: tuple[str, ...]


def cut_bridges(setting: Setting, snaps: Snaps) -> Bridges:
    """Return the network with the bridges over the plan's located rivers cut out."""
    context = setting.context
    network, water = context.network, setting.water.geometry.to_numpy()
    spots: list[Spots] = []
    number: list[NDArray[np.int64]] = []
    names: list[str] = []
    rivers = [
        key
        for key, feature in context.features.items()
        if feature.kind is Kind.RIVER
        and key in context.shapes
        and "Line" in context.shapes[key].geom_type
    ]
    for key in rivers:
        river = river_of(context.shapes[key], water, context.accuracy(key))
        found = find_spots(network, river)
        label = group_spots(network, found, SAME_BRIDGE_M)
        spots.append(found)
        number.append(label + len(names))
        names += [context.name(key)] * (int(label.max(initial=-1)) + 1)
    bridge = np.full(network.n_edges, -1, dtype=np.int64)
    if not names:
        return Bridges(
            network=network,
            snaps=snaps,
            bridge=bridge,
            river=(),
            rivers=tuple(context.name(key) for key in rivers),
        )
    joined, label = _joined(spots, np.concatenate(number))
    decks = cut_decks(network, snaps, joined, label)
    of_edge = np.full(decks.network.n_edges, -1, dtype=np.int64)
    of_edge[decks.edge] = decks.bridge
    return Bridges(
        network=decks.network,
        snaps=decks.snaps,
        bridge=of_edge,
        river=tuple(names),
        rivers=tuple(context.name(key) for key in rivers),
    )


def _joined(spots: list[Spots], label: NDArray[np.int64]) -> tuple[Spots, NDArray[np.int64]]:
    """Return the spots of all rivers; an edge that crosses two of them is taken at the first."""
    columns = {f.name: np.concatenate([getattr(s, f.name) for s in spots]) for f in fields(Spots)}
    first = np.sort(np.unique(columns["edge"], return_index=True)[1])
    return Spots(**{name: values[first] for name, values in columns.items()}), label[first]
