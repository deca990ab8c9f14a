"""Whether a reply of Overpass is whole, and what a failure asks for.

Overpass may say 200 and yet send half an answer: a page in place of data, a remark that the query
ran out of time or memory, a body cut short. Only what is proved whole becomes a `Reply`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any

from spatialplan.text import Text

__all__ = ["Failure", "Kind", "Reply", "gist_of", "parse_reply"]

Element = Mapping[str, Any]  # parsed JSON


class Kind(Enum):
    """What a failure asks for."""

    BUSY = auto()  # wait, try again
    LATE = auto()  # the same, and split when it happens again
    TOO_BIG = auto()  # split
    UNUSABLE = auto()  # never ask this server again
    WRONG = auto()  # our query is at fault: stop


class Failure(Exception):  # noqa: N818
    """A request that brought no whole answer; `wait_s` is what the server asked for."""

    def __init__(self, kind: Kind, text: Text, wait_s: float = 0.0) -> None:
        super().__init__(text.zh)
        self.kind = kind
        self.text = text
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole answer: OSM objects by id, as Overpass JSON writes them, and the time of the data."""

    nodes: dict[int, Element]
    ways: dict[int, Element]
    relations: dict[int, Element]
    data_time: datetime

    @property
    def incomplete_relations(self) -> int:
        """How many relations have a member way that is not here."""
        refs = (
            {m["ref"] for m in relation.get("members", ()) if m["type"] == "way"}
            for relation in self.relations.values()
        )
        return sum(not self.ways.keys() >= ways for ways in refs)

    @property
    def has_roads(self) -> bool:
        """Whether any way is a road."""
        return any("highway" in way.get("tags", ()) for way in self.ways.values())


def parse_reply(body: bytes) -> Reply:
    """Read a reply and prove that it is whole.

    Raises
    ------
    Failure
        When it is no JSON, is cut short, carries a remark (how Overpass tells of a failure after
        it has said 200), lacks its date, or holds a way without all its nodes.
    """
    found: dict[str, dict[int, Element]] = {"node": {}, "way": {}, "relation": {}}
    try:
        content = json.loads(body)
        elements, remark = content["elements"], " ".join(content.get("remark", "").split())
        if remark:
            kind = Kind.TOO_BIG if re.search("timed out|out of memory", remark) else Kind.BUSY
            raise Failure(kind, Text(f"备注：{remark}", f"it remarks: {remark}"))
        data_time = datetime.fromisoformat(content["osm3s"]["timestamp_osm_base"])
        for element in elements:
            found[element["type"]][element["id"]] = element
        located = {key for key, e in found["node"].items() if "lat" in e and "lon" in e}
        lame = [key for key, e in found["way"].items() if not located.issuperset(e["nodes"])]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        gist = gist_of(body)
        raise Failure(
            Kind.BUSY,
            Text(f"回复不是完整的 Overpass JSON（“{gist}”）", f"no whole Overpass JSON ({gist!r})"),
        ) from error
    if lame or len(located) < len(found["node"]):
        zh, en = f"{len(lame)} 条路线缺节点，或节点缺坐标", f"{len(lame)} ways lack located nodes"
        raise Failure(Kind.BUSY, Text(zh, en))
    return Reply(
        nodes=found["node"],
        ways=found["way"],
        relations=found["relation"],
        data_time=data_time.replace(tzinfo=data_time.tzinfo or UTC),
    )


def gist_of(body: bytes) -> str:
    """Return the words of a page that should have been data, in one short line."""
    words = re.sub(r"<style.*?</style>|<[^>]*>|\s+", " ", body[:4000].decode("utf-8", "replace"))
    told = re.search(r"Error\s*:(.*)", words)
    return " ".join((told.group(1) if told else words).split())[:120]
