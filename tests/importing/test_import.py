"""Imports of whole files: what is read, told, marked, and comes back when imported again."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import openpyxl
import pytest

from spatialplan import writing
from spatialplan.delivery.demand import facilities_of
from spatialplan.errors import DataError, SourceError
from spatialplan.importing.gather import gather, read_candidates
from spatialplan.importing.guess import guess_plan
from spatialplan.importing.run import OWN_SHEETS, import_tables
from spatialplan.importing.said import said_of
from spatialplan.io.base import read_villages
from spatialplan.model.inputs import Inputs
from spatialplan.model.table import ImportResult, RowState, TableKind
from spatialplan.outputs.documents import template
from spatialplan.outputs.documents.import_columns import COLUMNS
from spatialplan.outputs.documents.import_words import OWN_SHEETS as MARKED_SHEETS
from spatialplan.outputs.documents.template import write_template
from tests.importing.tables import HEADINGS, SEAT, village_rows, write_csv, write_xlsx


def test_sheets_of_our_own_are_the_writers() -> None:
    own = [*MARKED_SHEETS.values(), template.ADVICE_SHEET, template.LIST_SHEET]
    assert {name for text in own for name in (text.zh, text.en)} == OWN_SHEETS


class TestImport:
    @pytest.fixture
    def rows(self, xiangtan: Inputs):
        return village_rows(xiangtan.villages)

    def test_title_blank_and_total_rows_stay_aside(self, rows, xiangtan, tmp_path) -> None:
        total = ["合计", "", "", "", "", "", "60000", ""]
        sheet = [["某市村点明细表"], HEADINGS, *rows, [], total]
        result = import_tables(
            [write_xlsx(tmp_path / "村.xlsx", 村点=sheet)],
            TableKind.VILLAGE,
            xiangtan,
            datum="wgs84",
        )
        (table,) = result.tables
        assert [row.number for row in table.rows] == list(range(3, 43))
        assert [row.name for row in table.rows] == [row[3] for row in rows]
        assert [row.population for row in table.rows] == [float(row[6]) for row in rows]
        assert [row.village for row in table.rows] == [v.code for v in xiangtan.villages[:40]]
        assert [(row.lon, row.lat) for row in table.rows] == [
            (float(r[4]), float(r[5])) for r in rows
        ]
        assert len(table.read.aside) == 4
        assert len(result.roster.missing) == len(xiangtan.villages) - 40

    def test_total_row_of_a_csv_is_no_village(self, xiangtan, tmp_path) -> None:
        path = write_csv(
            tmp_path / "村.csv",
            [["行政村", "乡镇", "经度", "纬度", "人口"], ["泉塘子村", "姜畲镇", "112.79", "27.87", "900"],
             ["合计", "", "", "", "900"]],
        )  # fmt: skip
        result = import_tables([path], TableKind.VILLAGE, xiangtan, datum="wgs84")
        assert [row.name for row in result.rows] == ["泉塘子村"]

    def test_several_sheets_and_files(self, rows, xiangtan, tmp_path) -> None:
        book = write_xlsx(
            tmp_path / "甲.xlsx", 一=[HEADINGS, *rows[:20]], 空=[], 二=[HEADINGS, *rows[20:]],
            表头=[["只有标题"], [], []], 填写说明=[["说明", "第一条"]],
        )  # fmt: skip
        other = write_csv(tmp_path / "乙.csv", [HEADINGS, *rows[:1]])
        result = import_tables([book, other], TableKind.VILLAGE, xiangtan, datum="wgs84")
        places = [table.place for table in result.tables]
        assert places[:2] == ["甲.xlsx［一］", "甲.xlsx［二］"]
        assert places[-1] == "乙.csv"
        assert len(result.rows) >= 41
        assert result.roster.twice == {xiangtan.villages[0].code: (0, len(result.rows) - 1)}
        first, last = result.rows[0], result.rows[-1]
        assert first.state is last.state is RowState.DOUBTFUL
        assert "同一个村还见于 乙.csv 第 2 行" in [note.zh for note in first.notes]
        assert "同一个村还见于 一 第 2 行" in [note.zh for note in last.notes]

    def test_sheet_without_data_rows_is_told(self, rows, xiangtan, tmp_path) -> None:
        path = write_xlsx(tmp_path / "村.xlsx", 村点=[HEADINGS, *rows], 待填=[HEADINGS])
        result = import_tables([path], TableKind.VILLAGE, xiangtan, datum="wgs84")
        said = said_of(result, xiangtan.villages, "zh")
        assert any("“待填”有 1 行但没有数据行，未导入" in line for line in said)
        assert "村.xlsx［村点］：40 行数据" in said[0]
        assert "表中有 40 个" in said[-1]
        assert all(line for line in said_of(result, xiangtan.villages, "en"))

    def test_nothing_to_import(self, xiangtan, tmp_path) -> None:
        with pytest.raises(DataError, match="没有数据行"):
            import_tables([write_csv(tmp_path / "a.csv", [HEADINGS])], TableKind.VILLAGE, xiangtan)
        with pytest.raises(SourceError):
            import_tables([tmp_path / "none.csv"], TableKind.VILLAGE, xiangtan)

    def test_files_of_one_name(self, rows, xiangtan, tmp_path) -> None:
        (tmp_path / "x").mkdir()
        paths = [write_csv(tmp_path / part / "a.csv", [HEADINGS, *rows]) for part in ("", "x")]
        with pytest.raises(DataError, match="同名"):
            import_tables(paths, TableKind.VILLAGE, xiangtan)

    def test_stations_named_twice(self, xiangtan, tmp_path) -> None:
        heads = ["站点名称", "乡镇", "经度", "纬度"]
        rows = [["姜畲站", "姜畲镇", "112.79", "27.87"], ["姜畲站", "姜畲镇", "112.7901", "27.87"],
                ["姜畲站", "姜畲镇", "112.83", "27.87"], ["别站", "姜畲镇", "112.79", "27.87"]]  # fmt: skip
        path = write_csv(tmp_path / "站.csv", [heads, *rows])
        result = import_tables([path], TableKind.STATION, xiangtan, datum="wgs84")
        told = [any("同一个站点还见于" in n.zh for n in row.notes) for row in result.rows]
        assert told == [True, True, False, False]
        assert result.roster is None

    def test_amounts_days_and_tiers(self, xiangtan, tmp_path) -> None:
        heads = [
            "站点名称",
            "级别",
            "行政村",
            "乡镇",
            "经度",
            "纬度",
            "容量",
            "启用日期",
            "停用日期",
            "上级站点",
        ]
        rows = [["甲", "村级服务点", "泉塘子村", "姜畲镇", "112.79", "27.87", "1200人", "2026-03-01", "", "乙"],
                ["乙", "乡镇站", "", "姜畲镇", "112.78", "27.87", "很多", "2026年5月", "45292", ""]]  # fmt: skip
        path = write_csv(tmp_path / "站.csv", [heads, *rows])
        result = import_tables([path], TableKind.STATION, xiangtan, datum="wgs84")
        first, second = result.rows
        assert (first.tier, first.capacity, str(first.opened), first.parent) == (
            "point",
            1200,
            "2026-03-01",
            "乙",
        )
        assert (second.tier, second.capacity, str(second.opened)) == ("station", None, "2026-05-01")
        assert str(second.closed) == "2024-01-01"
        assert "“容量”看不懂：很多" in [note.zh for note in second.notes]
        one, _ = facilities_of(result, xiangtan.villages)
        names = {v.code: v.name for v in xiangtan.villages}
        assert names[one.village].startswith("泉塘子")


class TestAgain:
    """What an import writes can be imported."""

    @pytest.fixture
    def first(self, xiangtan, tmp_path) -> tuple[Path, ImportResult]:
        rows = village_rows(xiangtan.villages, 30)
        rows[3][4], rows[3][5] = rows[3][5], rows[3][4]
        rows[5][4] = rows[5][5] = "无"
        rows[7][3] = "名录上没有的村"
        rows[9] = rows[8]
        sheet = [["村点明细表"], HEADINGS, *rows, [], ["合计", "", "", "", "", "", "9", ""]]
        path = write_xlsx(tmp_path / "村.xlsx", 村点=sheet, 别的=[HEADINGS])
        return path, import_tables([path], TableKind.VILLAGE, xiangtan, datum="gcj02")

    @pytest.fixture
    def written(self, first, xiangtan, tmp_path) -> list[Path]:
        path, result = first
        out = tmp_path / "out"
        return writing.write_import(result, [path], xiangtan.villages, out, name="xiangtan")

    def test_marked_copy(self, first, written, xiangtan) -> None:
        """The same rows in the same places, whatever our own columns and sheets say besides."""
        before = first[1]
        after = import_tables(written[1:], TableKind.VILLAGE, xiangtan, datum="gcj02")
        width = len(HEADINGS)
        assert [row.number for row in after.rows] == [row.number for row in before.rows]
        for old, new in zip(before.rows, after.rows, strict=True):
            assert new.cells[:width] == old.cells[:width]
            assert (new.lon, new.lat, new.state) == (old.lon, old.lat, old.state)
            assert (new.name, new.village, new.population) == (
                old.name,
                old.village,
                old.population,
            )
        assert after.tables[0].read.meanings == before.tables[0].read.meanings

    def test_marked_copy_corrected(self, written, xiangtan, tmp_path) -> None:
        book = openpyxl.load_workbook(written[1])
        book["村点"].cell(8, 5).value, book["村点"].cell(8, 6).value = SEAT
        path = tmp_path / "改好.xlsx"
        book.save(path)
        after = import_tables([path], TableKind.VILLAGE, xiangtan, datum="wgs84")
        row = next(row for row in after.rows if row.number == 8)
        assert (row.lon, row.lat) == SEAT

    def test_clean_geopackage(self, first, written, xiangtan) -> None:
        """Places bit for bit, for the file tells its CRS."""
        before = first[1]
        after = import_tables(written[:1], TableKind.VILLAGE, xiangtan)
        (table,) = after.tables
        assert (table.datum.decided_by, table.datum.key) == ("file", "wgs84")
        assert [(r.lon, r.lat) for r in after.rows] == [(r.lon, r.lat) for r in before.rows]
        for old, new in zip(before.rows, after.rows, strict=True):
            assert (new.name, new.village, new.population) == (
                old.name,
                old.village,
                old.population,
            )
            assert (new.township, new.district) == (old.township, old.district)
            assert (new.lon is None) == (new.state is RowState.REJECTED)
            assert new.accuracy_m == (old.accuracy_m and pytest.approx(old.accuracy_m))

    def test_clean_geopackage_of_stations_keeps_the_villages(self, xiangtan, tmp_path) -> None:
        heads = ["站点名称", "级别", "行政村", "乡镇", "经度", "纬度", "容量", "启用日期"]
        row = [
            "甲",
            "村级服务点",
            "泉塘子村",
            "姜畲镇",
            "112.790123",
            "27.870456",
            "1200",
            "2026-03-01",
        ]
        path = write_csv(tmp_path / "站.csv", [heads, row])
        before = import_tables([path], TableKind.STATION, xiangtan, datum="bd09")
        clean, _ = writing.write_import(
            before, [path], xiangtan.villages, tmp_path / "out", name="xiangtan"
        )
        (old,), (new,) = before.rows, import_tables([clean], TableKind.STATION, xiangtan).rows
        assert old.village
        for name in ("name", "village", "lon", "lat", "tier", "capacity", "opened", "township"):
            assert getattr(new, name) == getattr(old, name), name

    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize("kind", TableKind)
    def test_template(self, kind, lang, xiangtan, tmp_path) -> None:
        xiangtan = dataclasses.replace(xiangtan, villages=xiangtan.villages[:60])
        path = tmp_path / "模板.xlsx"
        write_template(kind, xiangtan.villages, path, lang)
        if kind is not TableKind.VILLAGE:
            with pytest.raises(DataError, match="没有数据行"):
                import_tables([path], kind, xiangtan)
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        for at, column in enumerate(COLUMNS[kind], start=1):
            if kind is not TableKind.VILLAGE or sheet.cell(2, at).value is None:
                sheet.cell(2, at).value = column.example
        book.save(path)
        result = import_tables([path], kind, xiangtan)
        row, read = result.rows[0], result.tables[0].read
        known = set(read.meanings.values())
        ignored = [head for at, head in enumerate(read.columns) if at not in known]
        assert ignored == ["备注" if lang == "zh" else "Remarks"]
        assert row.lon is not None, row.notes
        assert not [n for n in row.notes if "看不懂" in n.zh]
        assert len(result.rows) == (len(xiangtan.villages) if kind is TableKind.VILLAGE else 1)


class TestGather:
    def test_all_tables_of_a_run(self, xiangtan, tmp_path) -> None:
        villages = write_csv(tmp_path / "村.csv", [HEADINGS, *village_rows(xiangtan.villages, 5)])
        heads = ["名称", "乡镇", "经度", "纬度"]
        stations = write_csv(tmp_path / "站.csv", [heads, ["甲站", "姜畲镇", "112.79", "27.87"]])
        hubs = write_csv(tmp_path / "中心.csv", [heads, ["县中心", "", "112.95", "27.78"]])
        found = gather(xiangtan, [villages], [stations], [hubs], "wgs84")
        assert [f.id for f in found.facilities] == ["station:1", "hub:1"]
        assert [i.kind for i in found.imports] == list(TableKind)
        assert [d.source for d in found.demand].count("用户表") == 5
        assert len(found.demand) == len(xiangtan.villages)
        (candidate,) = read_candidates(xiangtan, [stations], "wgs84")
        assert (candidate.name, candidate.lon, candidate.on_roster) == ("甲站", 112.79, False)

    def test_without_tables(self, xiangtan) -> None:
        found = gather(xiangtan, [], [], [])
        assert (len(found.demand), found.facilities, found.imports) == (957, (), ())


class TestGuess:
    @pytest.mark.parametrize(("plan", "adcode"), [("xiangtan", "430300"), ("yiyang", "430900")])
    def test_by_names_or_codes(self, plan, adcode, tmp_path) -> None:
        roster = read_villages(adcode)[:4]
        by_name = write_csv(
            tmp_path / "a.csv", [["村", "乡镇"], *[[v.name, v.township] for v in roster]]
        )
        by_code = write_csv(tmp_path / "b.csv", [["编码", "数"], *[[v.code, "1"] for v in roster]])
        assert guess_plan([by_name]) == guess_plan([by_code]) == plan

    def test_nothing_to_go_by(self, tmp_path) -> None:
        path = write_csv(tmp_path / "a.csv", [["村", "数"], ["某村", "1"]])
        with pytest.raises(DataError, match="--pack"):
            guess_plan([path])

    def test_two_cities_alike(self, tmp_path) -> None:
        both = [[read_villages(code)[0].code, "1"] for code in ("430300", "430900")]
        with pytest.raises(DataError, match="--pack"):
            guess_plan([write_csv(tmp_path / "a.csv", [["编码", "数"], *both])])
