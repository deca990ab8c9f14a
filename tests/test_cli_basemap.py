"""An online basemap as a user asks for it: what the page holds, what is warned, what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from spatialplan.errors import DataError
from spatialplan.outputs.web.basemaps import OnlineBasemap, choose_basemap
from tests.test_cli import spatialplan

TOKEN = "0123456789abcdef0123456789abcdef"
EPOCH = {"SOURCE_DATE_EPOCH": "1780000000"}
USAGE = (
    (("run", "xiangtan", "--basemap", "google"), "osm、tianditu、tianditu-image"),
    (("coverage", "xiangtan", "--basemap", "google"), "google"),
    (("site", "xiangtan", "--basemap", "google"), "google"),
    (("run", "xiangtan", "--basemap", "tianditu"), "TIANDITU_TOKEN"),
    (("run", "xiangtan", "--basemap", "tianditu", "--tianditu-token", "a&b <c>"), "字母和数字"),
    (("run", "xiangtan", "--basemap", "tianditu", "--tianditu-token", ""), "需要密钥"),
    (("run", "xiangtan", "--tianditu-token", TOKEN), "--basemap tianditu"),
    (("run", "xiangtan", "--basemap", "osm", "--tianditu-token", TOKEN), "--basemap tianditu"),
    (("run", "xiangtan", "--basemap", "osm", "--no-token"), "--basemap tianditu"),
    (("run", "xiangtan", "--no-token"), "--basemap tianditu"),
    (
        ("run", "xiangtan", "--basemap", "tianditu", "--tianditu-token", TOKEN, "--no-token"),
        "只能用一个",
    ),
)
STATIONS = """站点名称,乡镇街道,县市区,经度,纬度
中路铺运输服务站,中路铺镇,湘潭县,112.9260,27.5850
"""
VILLAGES = """行政村,乡镇,县市区,经度,纬度
中路铺村,中路铺镇,湘潭县,112.9253,27.5847
"""


@pytest.mark.parametrize(("words", "said"), USAGE, ids=[" ".join(words) for words, _ in USAGE])
def test_wrong_usage_is_told_in_one_line(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = spatialplan(*words, cwd=tmp_path, TIANDITU_TOKEN="")
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("用法错误：")
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def policy(page: str) -> str:
    found = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert len(found) == 1
    return found[0]


CLOSED = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
TIANDITU = " ".join(f"https://t{number}.tianditu.gov.cn" for number in range(8))


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a village and a station beside each other."""
    folder = tmp_path_factory.mktemp("表 格")
    (folder / "村.csv").write_text(VILLAGES, encoding="utf-8")
    (folder / "站.csv").write_text(STATIONS, encoding="utf-8")
    return folder


def made(folder: Path, *words: str, cwd: Path) -> tuple[str, str]:
    """Return the web map of a run while a token stands ready, and what was said on stderr.

    No other file may hold the token, whatever the map does.
    """
    done = spatialplan(*words, "--out", folder, cwd=cwd, TIANDITU_TOKEN=TOKEN, **EPOCH)
    assert done.returncode == 0, done.stderr
    assert TOKEN not in done.stderr + done.stdout
    pages = list(folder.glob("*_map.html"))
    assert len(pages) == 1
    for path in set(folder.iterdir()) - set(pages):
        assert TOKEN.encode() not in path.read_bytes(), path.name
    return pages[0].read_text(encoding="utf-8"), done.stderr


def given(tables: Path) -> tuple[str, ...]:
    names = ("--villages", str(tables / "村.csv"), "--stations", str(tables / "站.csv"))
    return (*names, "--datum", "wgs84")


def test_the_token_of_the_environment_is_embedded_with_a_warning(tmp_path: Path) -> None:
    page, said = made(tmp_path / "o", "run", "xiangtan", "--basemap", "tianditu", cwd=tmp_path)
    assert page.count(TOKEN) == 1
    warnings = [line for line in said.splitlines() if "密钥" in line]
    assert len(warnings) == 1
    assert "--no-token" in warnings[0]
    assert policy(page) == f"{CLOSED} {TIANDITU}"


def test_no_token_keeps_it_out_of_every_file(tables: Path, tmp_path: Path) -> None:
    words = ("coverage", "xiangtan", *given(tables), "--basemap", "tianditu-image", "--no-token")
    page, said = made(tmp_path / "o", *words, cwd=tmp_path)
    assert TOKEN not in page
    assert "密钥" not in said
    assert '"needsToken": true, "token": ""' in page
    assert policy(page) == f"{CLOSED} {TIANDITU}"


def test_a_token_that_stands_ready_is_not_taken_unasked() -> None:
    assert choose_basemap(None, None, TOKEN, no_token=False) is None
    assert choose_basemap("osm", None, TOKEN, no_token=False) == OnlineBasemap(name="osm")
    given = choose_basemap("tianditu", "A" * 32, TOKEN, no_token=False)
    assert given == OnlineBasemap(name="tianditu", token="A" * 32)
    with pytest.raises(DataError, match="字母和数字"):
        OnlineBasemap(name="tianditu", token='"></script>')


def test_siting_offers_it_too(tables: Path, tmp_path: Path) -> None:
    words = ("site", "xiangtan", *given(tables), "--basemap", "osm", "--lang", "en")
    page, said = made(tmp_path / "o", *words, cwd=tmp_path)
    assert policy(page) == f"{CLOSED} https://tile.openstreetmap.org"
    assert TOKEN not in page
    assert "token" not in said
