"""Links without which the hub loses townships or nodes, or reaches them much later.

Looked at are the links on the quickest ways from the hubs that may be hard to replace: those that
alone, or together with the carriageway beside them, part the network in two; and the bridges over
the rivers that the plan locates. Each is closed in turn and the network searched again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiLineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from spatialplan.concepts.logistics_access import Access
from spatialplan.concepts.logistics_rivers import Bridges, cut_bridges
from spatialplan.concepts.logistics_sites import CENTRES, TOWNSHIPS, Site
from spatialplan.measures.redundancy import Cuts, find_cuts
from spatialplan.measures.redundancy_links import (
    Links,
    Roads,
    costs_without,
    joined_roads,
    used_links,
)
from spatialplan.measures.redundancy_twins import shares_label, twin_links
from spatialplan.network.routing import graph_with_points
from spatialplan.network.stretch import Stretches, cut_edges

__all__ = ["Closed", "Trials", "close_links"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Kind = Literal["only", "twin", "bridge"]

MOST_CLOSED = 20  # roads, and bridges, closed in turn, the most used first: a search for each
SEED = 20211  # of the labels of the links; the answer does not depend on it
TWIN_M = 100.0  # carriageways of one road lie within this
AROUND_M = 1000.0  # where the map ends nearer than this, a way round may lie beyond it


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """One closed link: what it is, whom it cuts off, how much later the others are reached.

    `kind` is ``only`` (the only road), ``twin`` (the only road, of two carriageways) or ``bridge``.
    `extra_min` belongs to `later`. `line` is in the plan's CRS. `is_doubtful` where not all of the
    land around it is mapped, so that a way round may be missing from the map.
    """

    kind: Kind
    river: str
    road_class: str
    name: str
    is_doubtful: bool
    line: BaseGeometry
    lost: tuple[Site, ...]
    later: tuple[Site, ...]
    extra_min: Floats

    @property
    def weight(self) -> tuple[int, float]:
        """Order of gravity: places lost, then minutes lost in all."""
        return len(self.lost), float(self.extra_min.sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """What came of the closures, the gravest first; `n_tested` of `n_candidates` were closed.

    `rivers` are those whose bridges were among them.
    """

    closed: tuple[Closed, ...]
    n_candidates: int
    n_tested: int
    rivers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Net:
    """The roads cut at bridges and places.

    `used` pairs places with the links on the ways to them; `use` counts the places of each link.
    """

    bridges: Bridges
    stretches: Stretches
    links: Links
    roads: Roads
    origins: Ints
    nodes: Ints
    used: tuple[Ints, Ints]
    use: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Links closed together: `shut` is closed, `drawn` is what the closure stands for."""

    kind: Kind
    shut: Ints
    drawn: Ints
    use: int


def close_links(access: Access) -> Trials | None:
    """Close the links in turn; None when no hub lies on the network."""
    sites = access.sites
    hubs, places = sites.usable("hubs"), sites.usable(*CENTRES, TOWNSHIPS)
    places = places[~np.isin(places, hubs)]
    if len(hubs) == 0:
        return None
    net = _net(
        cut_bridges(access.setting, sites.part(np.concatenate([hubs, places]))[0]), len(hubs)
    )
    groups = sorted(_groups(net), key=lambda group: -group.use)
    bridges = [group for group in groups if group.kind == "bridge"]
    others = [group for group in groups if group.kind != "bridge"]
    tested = others[:MOST_CLOSED] + bridges[:MOST_CLOSED]
    towns = [sites.sites[int(i)] for i in places]
    base = costs_without(net.roads, net.nodes)
    found = [_close(net, group, base, towns) for group in tested]
    # Of two carriageways without loss one merely follows on the other.
    found = _runs([closed for closed in found if closed.lost or closed.kind == "bridge"])
    return Trials(
        closed=tuple(sorted(found, key=lambda closed: closed.weight, reverse=True)),
        n_candidates=len(groups),
        n_tested=len(tested),
        rivers=net.bridges.rivers,
    )


def _runs(found: list[Closed]) -> list[Closed]:
    """Join the only roads that cut off the same places: they follow on each other.

    Of such a run the longest link tells class and name.
    """
    runs: dict[frozenset[str], list[Closed]] = {}
    for closed in found:
        own = frozenset(site.key for site in closed.lost) or frozenset([f"later-{len(runs)}"])
        runs.setdefault(own, []).append(closed)
    joined = []
    for run in runs.values():
        main = max(run, key=lambda closed: (closed.kind != "bridge", closed.line.length))
        joined.append(
            replace(
                main,
                river=next((closed.river for closed in run if closed.river), ""),
                is_doubtful=any(closed.is_doubtful for closed in run),
                line=shapely.line_merge(shapely.union_all([closed.line for closed in run])),
            )
        )
    return joined


def _net(bridges: Bridges, n_hubs: int) -> _Net:
    """Return the roads with the hubs, the first of the places, as origins."""
    graph = graph_with_points(bridges.network, bridges.snaps)
    cut = cut_edges(graph, bridges.snaps, "time")
    links = Links(
        tail=cut.left, head=cut.right, cost=cut.cost, forward=cut.forward, backward=cut.backward
    )
    origins, nodes = graph.point_node[:n_hubs], graph.point_node[n_hubs:]
    roads = joined_roads(links, graph.matrix.shape[0], origins)
    used = used_links(roads, nodes)
    return _Net(
        bridges=bridges,
        stretches=cut,
        links=links,
        roads=roads,
        origins=origins,
        nodes=nodes,
        used=used,
        use=np.bincount(used[1], minlength=roads.n_links),
    )


def _groups(net: _Net) -> list[_Group]:
    """Return what is to be closed: only roads, only roads of two carriageways, bridges."""
    # A node before the hubs, so that what one hub loses another may still serve.
    before = np.full(len(net.origins), net.roads.root)
    cuts = find_cuts(
        np.concatenate([net.links.tail, before]),
        np.concatenate([net.links.head, net.origins]),
        net.roads.root + 1,
        net.roads.root,
        net.nodes,
        np.random.default_rng(SEED),
    )
    return _only_roads(net, cuts) + _twins(net, cuts) + _bridges(net)


def _only_roads(net: _Net, cuts: Cuts) -> list[_Group]:
    """Return the used links that alone part places from the hubs, in runs that cut off the same."""
    m = len(net.use)
    at = np.flatnonzero(cuts.is_cut[:m] & (net.use > 0))
    groups = []
    for value in np.unique(cuts.below[at]):
        run = at[cuts.below[at] == value]
        longest = run[[np.argmax(net.links.cost[run])]]
        groups.append(_Group(kind="only", shut=longest, drawn=run, use=int(net.use[run].max())))
    return groups


def _twins(net: _Net, cuts: Cuts) -> list[_Group]:
    """Return the used carriageways that part places from the hubs together with their twins."""
    m = len(net.use)
    label = cuts.label[:m]
    shared = np.flatnonzero(shares_label(label) & ~cuts.is_cut[:m])
    wanted = np.flatnonzero(net.use[shared] > 0)
    ends = np.column_stack([net.links.tail, net.links.head])[shared]
    twin = twin_links(label[shared], ends, _lines(net, shared), wanted, TWIN_M)
    pairs = np.column_stack([shared[wanted[twin >= 0]], shared[twin[twin >= 0]]])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    groups = []
    for value in np.unique(label[pairs[:, 0]]):
        run = pairs[label[pairs[:, 0]] == value]
        longest = run[np.argmax(net.links.cost[run].sum(axis=1))]
        use = int(net.use[run].max())
        groups.append(_Group(kind="twin", shut=longest, drawn=np.unique(run), use=use))
    return groups


def _bridges(net: _Net) -> list[_Group]:
    """Return the used bridges, all their carriageways together."""
    number = net.bridges.bridge[net.stretches.edge]
    used = np.unique(number[(number >= 0) & (net.use > 0)])
    groups = []
    for bridge in used:
        decks = np.flatnonzero(number == bridge)
        use = int(net.use[decks].sum())
        groups.append(_Group(kind="bridge", shut=decks, drawn=decks, use=use))
    return groups


def _lines(net: _Net, links: Ints) -> NDArray[np.object_]:
    """Return the lines of some links."""
    cut, network = net.stretches, net.bridges.network
    lines = network.geometry[cut.edge[links]].copy()
    low, high = cut.low[links], cut.high[links]
    for k in np.flatnonzero((low > 0) | (high < 1)):
        lines[k] = substring(lines[k], low[k], high[k], normalized=True)
    return np.asarray(lines)


def _close(net: _Net, group: _Group, base: Floats, places: list[Site]) -> Closed:
    """Close a group and tell what follows."""
    if group.kind == "only":  # all who take it lose it, and they alone
        row, link = net.used
        cost = base.copy()
        cost[row[link == group.shut[0]]] = np.inf
    else:
        cost = costs_without(net.roads, net.nodes, group.shut)
    was = np.isfinite(base)
    lost = np.flatnonzero(was & ~np.isfinite(cost))
    extra = np.where(was & np.isfinite(cost), cost - np.where(was, base, 0.0), 0.0)
    later = np.flatnonzero(extra > 0)
    network, edges = net.bridges.network, net.stretches.edge[group.drawn]
    main = int(edges[np.argmax(net.links.cost[group.drawn])])
    number = int(net.bridges.bridge[edges].max())
    line = shapely.line_merge(MultiLineString(list(_lines(net, group.drawn))))
    return Closed(
        kind=group.kind,
        river=net.bridges.river[number] if number >= 0 else "",
        road_class=str(network.road_class[main]),
        name=str(network.name[main] or network.ref[main]),
        is_doubtful=not shapely.covers(network.extent, shapely.buffer(line, AROUND_M)),
        line=line,
        lost=tuple(places[i] for i in lost),
        later=tuple(places[i] for i in later),
        extra_min=extra[later] / 60_000,
    )
