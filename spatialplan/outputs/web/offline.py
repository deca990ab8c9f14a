"""Make a page that needs no network: put every script, style sheet and image into it.

Leaflet comes from the PyPI package XStatic-Leaflet, our own files from ``assets`` beside this
module. A page may name no other file: an unknown address is an error, never a request.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

from spatialplan.errors import OutputError

__all__ = ["DATA_START", "LEAFLET_CSS", "LEAFLET_JS", "OWN", "content_policy", "inline", "own_text"]

LEAFLET_JS = "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js"
LEAFLET_CSS = "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.css"
OWN = "spatialplan:"
# Where the data of a page begins.
DATA_START = '<script type="application/json" id="plan-data">'

_LEAFLET: Mapping[str, str] = MappingProxyType(
    {LEAFLET_JS: "leaflet.js", LEAFLET_CSS: "leaflet.css"}
)
_LEAFLET_LICENCE = "leaflet-licence.txt"
_SCRIPT = re.compile(r"<script\b[^>]*?\bsrc=\"([^\"]*)\"[^>]*>\s*</script>", re.IGNORECASE)
_LINK = re.compile(r"<link\b[^>]*?\bhref=\"([^\"]*)\"[^>]*>", re.IGNORECASE)
_CSS_URL = re.compile(r"url\(\s*['\"]?(?!data:|#)([^'\")]+)['\"]?\s*\)")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
# Of our own scripts: lines of comment, empty lines, indentation. None of them has a string of
# several lines, where these would have a meaning.
_SPARE = re.compile(r"^[ \t]*(?://.*)?\n|^[ \t]+", re.MULTILINE)
_LOADING = frozenset({"src", "srcset", "href", "xlink:href", "data", "poster", "background"})


def content_policy(image_hosts: Sequence[str] = ()) -> str:
    """Return the policy by which the browser itself refuses every request but those for images.

    Parameters
    ----------
    image_hosts
        Origins that may send images besides the page itself, such as ``https://example.org``.

    Examples
    --------
    >>> content_policy(["https://example.org"]).rpartition("; ")[2]
    'img-src data: https://example.org'
    """
    images = " ".join(("data:", *image_hosts))
    return (
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
        f"img-src {images}"
    )


def own_text(name: str) -> str:
    """Return the text of a file in ``outputs/web/assets``.

    Raises
    ------
    OutputError
        When there is no such file.
    """
    return _text(files("spatialplan.outputs.web") / "assets" / name)


def _text(file: Traversable) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"网页所需的文件缺失：{file.name}；请重新安装 spatialplan",
            f"a file of the web map is missing: {file.name}; reinstall spatialplan",
        ) from error


def _leaflet_folder() -> Traversable:
    try:
        return files("xstatic.pkg.leaflet") / "data"
    except ModuleNotFoundError as error:
        raise OutputError(
            "缺少 Leaflet 文件；请执行 pip install XStatic-Leaflet",
            "the files of Leaflet are missing; run pip install XStatic-Leaflet",
        ) from error


def _unknown(url: str) -> OutputError:
    return OutputError(
        f"网页引用了未知的外部文件：{url}；离线地图只能使用随包附带的文件",
        f"the page names an unknown external file: {url}; "
        "an offline map may only use files that ship with the package",
    )


@cache
def _known(url: str) -> str:
    """Return the text behind an address that a page may name."""
    if url.startswith(OWN):
        text = own_text(url.removeprefix(OWN))
        return _SPARE.sub("", text) if url.endswith(".js") else text
    if url not in _LEAFLET:
        raise _unknown(url)
    folder = _leaflet_folder()
    text = _SOURCE_MAP.sub("", _text(folder / _LEAFLET[url])).rstrip() + "\n"
    licence = f"/*\n{own_text(_LEAFLET_LICENCE)}*/\n"
    return licence + (_with_images(text, folder) if url.endswith(".css") else text)


def _with_images(css: str, folder: Traversable) -> str:
    def data_uri(match: re.Match[str]) -> str:
        content = folder.joinpath(*match[1].split("/")).read_bytes()
        return f"url(data:image/png;base64,{base64.b64encode(content).decode('ascii')})"

    return _CSS_URL.sub(data_uri, css)


def _script(match: re.Match[str]) -> str:
    return "<script>\n" + _known(match[1]).replace("</script", "<\\/script") + "</script>"


def _link(match: re.Match[str]) -> str:
    if match[1].startswith("data:"):
        return match[0]
    return "<style>\n" + _known(match[1]).replace("</style", "<\\/style") + "</style>"


class _Loads(HTMLParser):
    """Collect the addresses a browser would fetch while it reads a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        for name, value in attrs:
            if name == "style":
                self.found += _CSS_URL.findall(value or "")
            elif name in _LOADING and tag != "a" and not (value or "").startswith(("data:", "#")):
                self.found.append(value or "")

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.found += _CSS_URL.findall(data)
            if "@import" in data:
                self.found.append("@import")


def inline(html: str) -> str:
    """Return the page with each external script and style sheet replaced by its text.

    Raises
    ------
    OutputError
        When the page names an address that does not ship with the package.

    Examples
    --------
    >>> inline('<p>已完成</p>')
    '<p>已完成</p>'
    """
    page = _LINK.sub(_link, _SCRIPT.sub(_script, html))
    loads = _Loads()
    loads.feed(page)
    loads.close()
    if loads.found:
        raise _unknown(loads.found[0])
    return page
