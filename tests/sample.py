"""A small hand-made plan, result and basemap with hostile names, for tests of the outputs."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
from shapely import LineString, MultiLineString, Point, box

from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.model.evidence import Candidate, Evidence, EvidenceState, Proposed
from spatialplan.model.plan import (
    Claim,
    Clause,
    Concept,
    Feature,
    Kind,
    Origin,
    Parameter,
    Plan,
    Status,
    Theme,
)
from spatialplan.model.profile import (
    Column,
    Exhibit,
    Finding,
    Profile,
    Strip,
    StripBand,
    StripEvent,
)
from spatialplan.model.source import Provenance
from spatialplan.model.verdict import (
    Confidence,
    Mark,
    Measure,
    NetworkIssue,
    Part,
    State,
    Verdict,
    VillageRow,
    VillageState,
)
from spatialplan.text import Text

HOSTILE = "<img src=x onerror=\"document.title='owned'\">'&</script>"
FORMULA = '=HYPERLINK("http://x","点")'
LONG = "长" * 200


def sample_plan() -> Plan:
    """Return a plan of two themes, eight features, five claims and two layout concepts."""
    clauses = (
        Clause(id="1", heading="一、空间布局", quote="形成环线产业圈，联通大学与园区"),
        Clause(id="2", heading="二、物流", quote="覆盖全市所有行政村"),
    )
    themes = (
        Theme(id="ring", name=Text("环线产业圈", "Ring belt")),
        Theme(id="logistics", name=Text("物流", "Logistics")),
    )

    def feature(number: int, name: str, kind: Kind, theme: str, **more: object) -> Feature:
        values: dict[str, object] = {
            "id": f"f{number}",
            "name": name,
            "kind": kind,
            "theme": theme,
            "clause": "1" if theme == "ring" else "2",
            "status": Status.LOCATED,
            "accuracy_m": 50.0,
            "source": "手工样例",
        }
        values.update(more)
        return Feature(**values)  # type: ignore[arg-type]

    features = (
        feature(
            1,
            "北环",
            Kind.RING_SECTION,
            "ring",
            geometry=LineString([(112.85, 27.9), (112.95, 27.9)]),
        ),
        feature(
            2,
            HOSTILE,
            Kind.CAMPUS,
            "ring",
            geometry=Point(112.87, 27.89),
            status=Status.APPROXIMATE,
            accuracy_m=800.0,
        ),
        feature(
            3,
            "未定位项目",
            Kind.PROJECT,
            "ring",
            geometry=None,
            status=Status.UNLOCATED,
            accuracy_m=None,
            source="未找到",
        ),
        feature(4, FORMULA, Kind.LOGISTICS_PARK, "logistics", geometry=Point(112.98, 27.88)),
        feature(
            5,
            LONG,
            Kind.LOGISTICS_CENTER,
            "logistics",
            geometry=Point(112.93, 27.86),
            role="一枢纽",
        ),
        feature(
            6,
            "样例县 😀\u202etxt",
            Kind.DISTRICT,
            "logistics",
            geometry=box(112.8, 27.8, 113.0, 27.95),
            accuracy_m=200.0,
        ),
        feature(7, "砂子岭商圈", Kind.COMMERCIAL_CIRCLE, "logistics", geometry=Point(112.9, 27.87)),
        feature(
            8,
            "两段廊道",
            Kind.CORRIDOR,
            "logistics",
            geometry=MultiLineString(
                [[(112.82, 27.82), (112.85, 27.84)], [(112.86, 27.84), (112.9, 27.85)]]
            ),
            status=Status.APPROXIMATE,
            accuracy_m=1500.0,
        ),
    )
    claims = (
        Claim(
            id="c1",
            predicate="connected",
            theme="ring",
            clause="1",
            sentence="北环联通大学",
            subjects=("f1",),
            objects=("f2",),
            params={"max_km": Parameter(value=3, origin=Origin.ASSUMED)},
        ),
        Claim(
            id="c2",
            predicate="ring_closed",
            theme="ring",
            clause="1",
            sentence="环线闭合",
            subjects=("f1", "f8"),
        ),
        Claim(
            id="c3",
            predicate="present",
            theme="logistics",
            clause="2",
            sentence=HOSTILE,
            subjects=("f3",),
        ),
        Claim(
            id="c4",
            predicate="near",
            theme="logistics",
            clause="2",
            sentence=FORMULA,
            subjects=("f4",),
            objects=("f5",),
            params={"max_km": Parameter(value=5, origin=Origin.PLAN)},
        ),
        Claim(
            id="c5",
            predicate="covers",
            theme="logistics",
            clause="2",
            sentence="覆盖全市所有行政村",
            subjects=("f5",),
            objects=("f6",),
        ),
    )
    return Plan(
        id="sample",
        title=Text("样例规划", "Sample plan"),
        number="样政发〔2026〕1号",
        date="2026-01-01",
        adcode="430300",
        crs="EPSG:4547",
        horizon=2025,
        issuer="样例市人民政府",
        clauses=clauses,
        themes=themes,
        features=features,
        claims=claims,
        source="样例",
        concepts=sample_concepts(),
    )


def sample_concepts() -> tuple[Concept, ...]:
    """Return two layout concepts, the second with a hostile name."""
    return (
        Concept(
            id="belt",
            family="ring",
            theme="ring",
            clause="1",
            name=Text("环线产业圈", "Ring belt"),
            roles={"sections": ("f1", "f8")},
        ),
        Concept(
            id="hubs",
            family="logistics",
            theme="logistics",
            clause="2",
            name=Text("[枢纽]:*?/" + HOSTILE, "[Hubs]:*?/" + HOSTILE),
            roles={"hubs": ("f4",)},
        ),
    )


def sample_profiles() -> tuple[Profile, ...]:
    """Return a profile with every role, cell and tone, and one with nothing but doubts."""
    return (_ring_profile(), _hub_profile())


def _ring_profile() -> Profile:
    findings = (
        Finding(
            question=Text("环线是否闭合", "Is the ring closed?"),
            answer=Text("闭合 71.4%，缺口 6.2 公里", "71.4% closed, a gap of 6.2 km"),
            state=State.FAILS,
            value=71.4,
            unit="%",
            claims=("c2",),
        ),
        Finding(
            question=Text("绕行一周多久", "How long is a circuit?"),
            answer=Text("路网不通，不能计时", "not joined, so not timed"),
            state=State.UNROUTABLE,
        ),
        Finding(
            question=Text(HOSTILE, HOSTILE),
            answer=Text(FORMULA, FORMULA),
            state=State.HOLDS,
            value=2310.0,
            unit="m",
            claims=("c1", "c4"),
        ),
    )
    return Profile(
        concept="belt",
        answer=Text(
            "环线未闭合，西侧缺 6.2 公里。", "The ring is open: 6.2 km are missing in the west."
        ),
        findings=findings,
        exhibits=(_section_exhibit(), _wide_exhibit()),
        marks=sample_sketches(),
        notes=(Text("车速为假设值。", "Speeds are assumed."), Text(HOSTILE, HOSTILE)),
        strips=(_ring_strip(),),
    )


def _section_exhibit() -> Exhibit:
    return Exhibit(
        key="sections",
        title=Text("各段状况", "Sections"),
        columns=(
            Column(key="name", name=Text("路段", "Section")),
            Column(key="length", name=Text("长度", "Length"), unit="km", digits=2),
            Column(key="lanes", name=Text("车道", "Lanes")),
            Column(key="state", name=Text("贯通", "Joined")),
            Column(key="remark", name=Text("备注", "Remark")),
        ),
        rows=(
            (Text("北段", "North"), 1234.567, 4, State.HOLDS, "G320"),
            (Text("西段", "West"), None, None, State.FAILS, None),
            (FORMULA, 0.0, 0, State.UNCERTAIN, HOSTILE),
            ("=1+1", -3.14159, 2, State.UNROUTABLE, Text("未知", "unknown")),
            ("nan", float("nan"), 1, State.NO_DATA, ""),
        ),
        note=Text("长度沿道路量取。", "Lengths are along the road."),
    )


def _wide_exhibit() -> Exhibit:
    names = [f"地点{number}" for number in range(1, 13)]
    return Exhibit(
        key="times",
        title=Text("两两行车时间", "Times between places"),
        columns=(
            Column(key="from", name=Text("起点", "From")),
            *(
                Column(key=f"to-{n}", name=Text(name, f"Place {n}"), unit="min")
                for n, name in enumerate(names)
            ),
        ),
        rows=tuple(
            (name, *(None if a == b else abs(a - b) * 7.25 for b in range(12)))
            for a, name in enumerate(names)
        ),
    )


def _ring_strip() -> Strip:
    def band(track: str, start: float, end: float, label: str, tone: str) -> StripBand:
        return StripBand(
            track=Text(track, f"{track}*"),
            start_km=start,
            end_km=end,
            label=Text(label, f"{label}*"),
            tone=tone,
        )

    return Strip(
        title=Text("环线展开图", "The ring unrolled"),
        length_km=40.0,
        bands=(
            band("路段", 0, 12, "北二环", "section"),
            band("路段", 12, 40, HOSTILE, "section"),
            band("等级", 0, 8, "快速路", "express"),
            band("等级", 8, 12, "主干路", "major"),
            band("等级", 12, 12.3, "一个很短却有很长名字的连接线", "link"),
            band("等级", 12.3, 20, "乡道", "local"),
            band("等级", 20, 26.2, "缺口 6.2 公里", "gap"),
            band("等级", 26.2, 40, "国道", "major"),
            band("产业带", 2, 9, "大学科技园", "belt"),
        ),
        events=(
            StripEvent(km=0, label=Text("起点", "Start"), kind="gate"),
            StripEvent(km=12.0, label=Text("昭山立交桥", "Bridge"), kind="bridge"),
            StripEvent(km=12.1, label=Text(LONG[:30], LONG[:30]), kind="link"),
            StripEvent(km=12.2, label=Text(HOSTILE, HOSTILE), kind="place"),
            StripEvent(km=39.9, label=Text("终点旁", "By the end"), kind="place"),
        ),
        closed=True,
    )


SKETCH_ROLES = (
    "section", "gap", "missing_link", "belt", "crossing", "area", "core", "path", "channel",
    "gateway", "catchment", "point", "line", "estimate",
)  # fmt: skip


def sample_sketches() -> tuple[Mark, ...]:
    """Return one mark of each role: areas, points and lines beside each other."""
    forms = {
        **dict.fromkeys(("belt", "area", "catchment"), "area"),
        **dict.fromkeys(("core", "gateway", "point"), "point"),
    }
    marks = []
    for number, role in enumerate(SKETCH_ROLES):
        lon, lat = 112.81 + 0.012 * number, 27.81 + 0.008 * number
        form = forms.get(role, "line")
        shape = {
            "area": box(lon, lat, lon + 0.03, lat + 0.02),
            "point": Point(lon, lat),
            "line": LineString([(lon, lat), (lon + 0.02, lat + 0.012)]),
        }[form]
        marks.append(Mark(role=role, geometry=shape, label=Text(f"标记 {role}", f"mark {role}")))
    hostile = Mark(role="point", geometry=Point(112.97, 27.93), label=Text(HOSTILE, FORMULA))
    return (*marks, hostile)


def _hub_profile() -> Profile:
    return Profile(
        concept="hubs",
        answer=Text(FORMULA, HOSTILE),
        findings=(
            Finding(
                question=Text("枢纽多久能到", "How far is the hub?"),
                answer=Text("枢纽没有位置", "the hub has no place"),
                state=State.NO_DATA,
            ),
        ),
        exhibits=(
            Exhibit(
                key="empty",
                title=Text(HOSTILE, HOSTILE),
                columns=(Column(key="a", name=Text(FORMULA, HOSTILE), unit="min"),),
                rows=(),
            ),
        ),
    )


def sample_evidence() -> tuple[Evidence, ...]:
    """Return evidence of each state, with hostile names and one proposed place."""

    def evidence(number: int, state: EvidenceState, zh: str, en: str, **more: object) -> Evidence:
        return Evidence(feature=f"f{number}", state=state, cause=Text(zh, en), **more)  # type: ignore[arg-type]

    park = Candidate(
        osm_id="way/44",
        name=FORMULA,
        matched=FORMULA,
        kind="landuse=industrial",
        score=1.0,
        distance_m=12.34,
        kind_fits=True,
        point=Point(112.98012345678, 27.88),
    )
    better = Proposed(point=Point(112.87123456789, 27.89), accuracy_m=60.0, source="OpenStreetMap")
    return (
        evidence(1, EvidenceState.NO_DATA, "附近没有地名", "nothing is mapped there"),
        evidence(
            2,
            EvidenceState.PROBABLE,
            "名称相似",
            "a similar name",
            osm_id="node/7",
            osm_name=HOSTILE,
            kind="amenity=university",
            score=0.875,
            distance_m=610.0,
            osm_ids=("node/7",),
            proposed=better,
        ),
        evidence(3, EvidenceState.NO_DATA, "不知道在哪里找", "unknown where to look"),
        evidence(
            4,
            EvidenceState.CONFIRMED,
            "同名园区在 12 米内",
            "a park of this name within 12 m",
            osm_id="way/44",
            osm_name=FORMULA,
            kind="landuse=industrial",
            score=1.0,
            distance_m=12.34,
            osm_ids=("way/44", "way/45"),
            candidates=(park,),
        ),
        evidence(
            5,
            EvidenceState.CONTRADICTED,
            HOSTILE,
            HOSTILE,
            osm_id="relation/9",
            osm_name="\u202e逆序",
            score=0.95,
            distance_m=5400.0,
        ),
        evidence(6, EvidenceState.CONFIRMED, "政区同名", "a district of this name", score=1.0),
        evidence(7, EvidenceState.NOT_FOUND, "周围有地名，没有此名", "mapped around, not this"),
        evidence(8, EvidenceState.NO_DATA, "廊道不是一个对象", "a corridor is not one object"),
    )


def sample_issues() -> tuple[NetworkIssue, ...]:
    """Return four road doubts of different kinds: lines and points, a hostile message."""
    return (
        NetworkIssue(
            kind="gap",
            rank=1,
            message=Text("孤立路段离主网 34 米", "1.24 km, 34 m short of the main network"),
            value=1.24,
            geometry=LineString([(112.86, 27.86), (112.87, 27.865)]),
            villages=3,
        ),
        NetworkIssue(
            kind="dead_end",
            rank=2,
            message=Text(HOSTILE, HOSTILE),
            value=0.009,
            geometry=Point(112.95, 27.84),
            villages=1,
        ),
        NetworkIssue(
            kind="piece",
            rank=3,
            message=Text("孤立路段 2.31 公里", "2.31 km cut off"),
            value=2.31,
            geometry=MultiLineString(
                [[(112.92, 27.91), (112.94, 27.92)], [(112.94, 27.92), (112.94, 27.93)]]
            ),
        ),
        NetworkIssue(
            kind="oneway",
            rank=4,
            message=Text(FORMULA, FORMULA),
            value=0.4,
            geometry=Point(112.84, 27.92),
        ),
    )


def sample_result() -> CheckResult:
    """Return a result with one verdict of each state, three villages, evidence and road doubts."""
    plan = sample_plan()
    path = LineString([(112.9, 27.9), (112.88, 27.895), (112.87, 27.89)])
    verdicts = (
        Verdict(
            claim_id="c1",
            state=State.HOLDS,
            measure=Measure(value=2310.0, unit="m", threshold=3000.0, origin=Origin.ASSUMED),
            cause=Text("路网连通，最远 2.31 公里", "joined by road, 2.31 km at most"),
            would_change=Text("上限低于 2.31 公里时不成立", "fails below 2.31 km"),
            confidence=Confidence.HIGH,
            evidence=("edge:12", "edge:13"),
            parts=(
                Part(
                    subject="f1",
                    object="f2",
                    state=State.HOLDS,
                    value=2310.0,
                    cause=Text("连通", "joined"),
                    delta=40.0,
                    distance_m=2310.0,
                    time_min=3.2,
                    marks=(
                        Mark(
                            role="path", geometry=path, label=Text("北环—大学 2.31 公里", "2.31 km")
                        ),
                    ),
                ),
            ),
        ),
        Verdict(
            claim_id="c2",
            state=State.FAILS,
            measure=Measure(value=71.4, unit="%", threshold=100.0, origin=Origin.PLAN),
            cause=Text("西侧缺口 6.2 公里", "gap of 6.2 km in the west"),
            would_change=Text("补齐西段", "close the west"),
            confidence=Confidence.MEDIUM,
            marks=(
                Mark(
                    role="gap",
                    geometry=LineString([(112.83, 27.88), (112.83, 27.83)]),
                    label=Text("缺口 6.2 公里", "gap 6.2 km"),
                ),
            ),
        ),
        Verdict(
            claim_id="c3",
            state=State.NO_DATA,
            measure=Measure(value=None, unit="share"),
            cause=Text("无坐标", "no coordinates"),
            would_change=Text("提供坐标", "give coordinates"),
            confidence=Confidence.LOW,
        ),
        Verdict(
            claim_id="c4",
            state=State.UNCERTAIN,
            measure=Measure(value=5100.0, unit="m", threshold=5000.0, origin=Origin.PLAN),
            cause=Text("阈值落在精度之内", "within accuracy"),
            would_change=Text("更准的坐标", "better coordinates"),
            confidence=Confidence.LOW,
            estimated=True,
            marks=(
                Mark(
                    role="estimate",
                    geometry=LineString([(112.98, 27.88), (112.93, 27.86)]),
                    label=Text("估算", "estimate"),
                ),
            ),
        ),
        Verdict(
            claim_id="c5",
            state=State.UNROUTABLE,
            measure=Measure(value=None, unit="%", threshold=100.0, origin=Origin.PLAN),
            cause=Text("距道路过远", "too far from any road"),
            would_change=Text("补充路网", "more roads"),
            confidence=Confidence.LOW,
        ),
    )
    villages = (
        VillageRow(
            code="430302001001",
            name=HOSTILE,
            township="雨湖路街道",
            district="雨湖区",
            district_code="430302",
            state=VillageState.NO_DATA,
            lon=None,
            lat=None,
            accuracy_m=None,
            source="",
            time_min=None,
            cause=Text("无坐标", "no coordinates"),
        ),
        VillageRow(
            code="430302001002",
            name="甲村",
            township="雨湖路街道",
            district="雨湖区",
            district_code="430302",
            state=VillageState.COVERED,
            lon=112.88,
            lat=27.86,
            accuracy_m=1500.0,
            source="样例",
            time_min=8.4,
            cause=Text("8.4 分钟", "8.4 min"),
        ),
        VillageRow(
            code="430302001003",
            name="乙村",
            township="城正街街道",
            district="雨湖区",
            district_code="430302",
            state=VillageState.NOT_COVERED,
            lon=112.86,
            lat=27.84,
            accuracy_m=1500.0,
            source="样例",
            time_min=48.0,
            cause=Text("太远", "too far"),
        ),
    )
    osm = Provenance(
        id="osm",
        title=Text("OpenStreetMap 道路", "OpenStreetMap roads"),
        date="2026-09-25",
        licence="ODbL 1.0",
        attribution="© OpenStreetMap contributors",
        accuracy=Text("±40 米", "±40 m"),
    )
    return CheckResult(
        plan=plan,
        features=plan.features,
        verdicts=verdicts,
        villages=villages,
        sources=(osm,),
        notes=(Text("路网仅含主干道路", "major roads only"),),
        network_extent=box(112.79, 27.65, 113.1, 28.04),
        version="0.1.0",
        evidence=sample_evidence(),
        network_issues=sample_issues(),
        profiles=sample_profiles(),
    )


def many_issues(count: int) -> CheckResult:
    """Return the sample with `count` road doubts, given from the last rank to the first."""
    issues = tuple(
        dataclasses.replace(
            sample_issues()[rank % 4], rank=rank, message=Text(f"疑点 {rank}", f"doubt {rank}")
        )
        for rank in range(count, 0, -1)
    )
    return dataclasses.replace(sample_result(), network_issues=issues)


def bare_result() -> CheckResult:
    """Return the sample of a run without concepts that asked the map for nothing."""
    return dataclasses.replace(sample_result(), evidence=(), network_issues=(), profiles=())


def sample_basemap() -> Basemap:
    """Return a tiny basemap with every source filled."""

    def frame(geometry: list[object], **columns: list[object]) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(columns, geometry=geometry, crs="EPSG:4326")

    return Basemap(
        districts=frame([box(112.8, 27.8, 113.0, 27.95)], adcode=["430302"], name=["雨湖区"]),
        water=frame(
            [LineString([(112.9, 27.8), (112.95, 27.9)]), box(112.84, 27.85, 112.85, 27.86)],
            **{"class": ["river", "lake"], "name": ["湘江", ""]},
        ),
        roads=frame(
            [
                LineString([(112.8, 27.9), (113.0, 27.9)]),
                LineString([(112.9, 27.8), (112.9, 27.95)]),
            ],
            **{"class": ["motorway", "major"], "ref": ["", "G107"], "name": ["", ""]},
        ),
        rails=frame([LineString([(112.8, 27.82), (113.0, 27.93)])], **{"class": ["rail"]}),
        places=frame(
            [Point(112.908, 27.8796)],
            name=["湘潭站"],
            kind=["station"],
            accuracy_m=[50.0],
            source=["OpenStreetMap"],
        ),
    )
