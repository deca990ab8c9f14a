"""Offer an online basemap on a page that needs none: tiles by choice, from stated hosts alone.

A page is made closed. Opening it changes two things and nothing else: the policy lets images in
from the hosts of the chosen service, and the page learns their addresses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from spatialplan.errors import DataError, OutputError
from spatialplan.outputs.web import offline

__all__ = ["SERVICES", "OnlineBasemap", "Service", "choose_basemap", "offer_online"]

_TOKEN = re.compile(r"[0-9A-Za-z]{8,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A tile service.

    Attributes
    ----------
    templates
        Addresses of its layers from the bottom to the top, ``{s}`` for the part of the host.
    parts
        What ``{s}`` may be; empty where there is one host.
    max_zoom
        The last level that has tiles of its own.
    needs_token
        Whether the address holds ``{tk}``.
    """

    templates: tuple[str, ...]
    parts: str
    max_zoom: int
    needs_token: bool

    @property
    def hosts(self) -> list[str]:
        """Every origin that the page may fetch images from."""
        origin = "/".join(self.templates[0].split("/")[:3])
        return [origin.replace("{s}", part) for part in self.parts] if self.parts else [origin]


def _wmts(*layers: str) -> tuple[str, ...]:
    return tuple(
        f"https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
        f"&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
        "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={tk}"
        for layer in layers
    )


def _tianditu(*layers: str) -> Service:
    return Service(templates=_wmts(*layers), parts="01234567", max_zoom=18, needs_token=True)


SERVICES: Mapping[str, Service] = MappingProxyType(
    {
        "osm": Service(
            templates=("https://tile.openstreetmap.org/{z}/{x}/{y}.png",),
            parts="",
            max_zoom=19,
            needs_token=False,
        ),
        "tianditu": _tianditu("vec", "cva"),
        "tianditu-image": _tianditu("img", "cia"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineBasemap:
    """An online basemap that a page offers; without its token, the page asks the reader for it.

    Raises
    ------
    DataError
        When the token holds what no token does: it stands in addresses and in the page as it is.
    """

    name: str
    token: str = ""

    def __post_init__(self) -> None:
        if self.token and not _TOKEN.fullmatch(self.token):
            raise DataError(
                "天地图密钥只含字母和数字，8 至 128 位，请核对后重试",
                "a Tianditu token has 8 to 128 letters and digits; check it",
            )


def choose_basemap(
    name: str | None, given: str | None, from_environment: str, *, no_token: bool
) -> OnlineBasemap | None:
    """Return the online basemap that a user asks for, None when none is asked for.

    Parameters
    ----------
    name
        A key of `SERVICES`, or None.
    given
        The token of an option, which only a basemap that needs one may have.
    from_environment
        The token that stands ready; used where one is needed.
    no_token
        Whether the page must not hold the token.

    Raises
    ------
    DataError
        When the choice is unknown, contradicts itself, or lacks its token.
    """
    if name is not None and name not in SERVICES:
        raise DataError(
            f"没有底图“{name}”：只能是 {'、'.join(SERVICES)}",
            f"no basemap “{name}”; use one of {', '.join(SERVICES)}",
        )
    needs_token = name is not None and SERVICES[name].needs_token
    if (given is not None or no_token) and not needs_token:
        raise DataError(
            "--tianditu-token、--no-token 只用于 --basemap tianditu 或 tianditu-image",
            "the token options need --basemap tianditu or tianditu-image",
        )
    if name is None:
        return None
    if not needs_token:
        return OnlineBasemap(name=name)
    return OnlineBasemap(name=name, token=_token(given, from_environment, no_token=no_token))


def _token(given: str | None, from_environment: str, *, no_token: bool) -> str:
    if given is not None and no_token:
        raise DataError(
            "--tianditu-token 与 --no-token 只能用一个",
            "use --tianditu-token or --no-token, not both",
        )
    if no_token:
        return ""
    token = from_environment if given is None else given
    if not token:
        raise DataError(
            "天地图需要密钥：用 --tianditu-token 或环境变量 TIANDITU_TOKEN 给出，"
            "或用 --no-token 由打开地图的人填写",
            "Tianditu needs a token: --tianditu-token, the variable TIANDITU_TOKEN, or "
            "--no-token to let the reader enter it",
        )
    return token


def offer_online(page: str, online: OnlineBasemap) -> str:
    """Return a page with an online basemap to choose, open to the hosts of that one alone.

    Raises
    ------
    OutputError
        When the page is not one of ours, whose policy and data stand where they are expected.
    """
    service = SERVICES[online.name]
    told = json.dumps(
        {
            "name": online.name,
            "templates": service.templates,
            "parts": service.parts,
            "maxZoom": service.max_zoom,
            "needsToken": service.needs_token,
            "token": online.token,
        }
    )
    data = f'<script type="application/json" id="online-basemap">{told}</script>\n'
    opened = _once(page, offline.content_policy(), offline.content_policy(service.hosts))
    return _once(opened, offline.DATA_START, data + offline.DATA_START)


def _once(page: str, old: str, new: str) -> str:
    head, found, tail = page.partition(old)
    if not found or old in tail:
        raise OutputError(
            "网页结构不符，加不进在线底图；请重新安装 spatialplan",
            "the page is not as expected and cannot take an online basemap; reinstall spatialplan",
        )
    return head + new + tail
