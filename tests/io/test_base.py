"""The embedded base data: rebuilt byte for byte, routable, and complete to the row."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely

from spatialplan.errors import DataError
from spatialplan.io import base, boundaries
from spatialplan.network.classes import drawn_class
from spatialplan.outputs.style import read_style
from tests.conftest import ROOT


def test_rebuilt_byte_for_byte(raw_data: Path, tmp_path: Path) -> None:
    script = ROOT / "scripts" / "build_base.py"
    subprocess.run([sys.executable, str(script), str(raw_data), str(tmp_path)], check=True)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["extent.geojson", "places.csv", "rails.geojson", "roads.geojson",
                     "villages.csv", "water.geojson"]  # fmt: skip
    for name in names:
        assert (tmp_path / name).read_bytes() == (ROOT / "layers/base" / name).read_bytes(), name


def test_rosters_are_complete(raw_data: Path) -> None:
    for adcode, count in (("430300", 957), ("430900", 1446)):
        villages = base.read_villages(adcode)
        assert len(villages) == count == len({village.code for village in villages})
        raw = (raw_data / f"rosters/villages_{adcode[:4]}.csv").read_text(encoding="utf-8")
        assert len(raw.splitlines()) - 1 == count
        assert all((v.lon is None) == (v.accuracy_m is None) for v in villages)


def test_network_is_routable() -> None:
    network = base.read_embedded_network("EPSG:4547")
    urban = np.isin(network.road_class, ["trunk", "major", "links", "local"])
    in_main = network.piece[network.source] == 0
    share = network.length_m[urban & in_main].sum() / network.length_m[urban].sum()
    assert share > 0.96  # the urban roads hang together
    assert network.time_ms.min() >= 1
    assert network.time_ms.dtype == np.int32
    assert np.allclose(network.length_m, shapely.length(network.geometry))
    assert set(map(drawn_class, set(network.road_class))) <= set(read_style().basemap["roads"])


def test_motorways_are_crossed_without_junction() -> None:
    """No surface road opens onto the middle of a motorway: links do, or the motorway's own end."""
    network = base.read_embedded_network("EPSG:4547")
    motorway = network.road_class == "motorway"
    passing = np.bincount(
        np.concatenate([network.source[motorway], network.target[motorway]]),
        minlength=network.n_nodes,
    )
    surface = np.isin(network.road_class, ["major", "local", "national", "unknown"])
    touched = np.unique(np.concatenate([network.source[surface], network.target[surface]]))
    assert (passing > 0).sum() > 100
    # At one node a motorway ends on a ramp that a street ends on, too.
    assert (passing[touched] >= 3).sum() <= 1


def test_boundaries() -> None:
    districts = boundaries.read_districts("430300")
    assert districts["name"].tolist() == ["雨湖区", "岳塘区", "湘潭县", "湘乡市", "韶山市"]
    area_km2 = districts.to_crs("EPSG:4547").area.sum() / 1e6
    assert area_km2 == pytest.approx(5006, rel=0.01)  # official area of Xiangtan
    assert districts.is_valid.all()
    with pytest.raises(DataError, match="999999"):
        boundaries.district_boundary("999999")
    with pytest.raises(DataError, match="990000"):
        boundaries.read_districts("990000")


def test_every_source_is_named() -> None:
    sources = base.read_sources()
    assert {"osm", "osm-national", "osm-coarse", "places", "roster", "districts", "water"} == set(
        sources
    )
    assert "仅供学习交流使用" in sources["districts"].licence
    assert "OpenStreetMap" in sources["osm"].attribution
