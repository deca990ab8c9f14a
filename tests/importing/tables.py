"""Tables of villages and stations around Xiangtan, as clerks write them."""

from __future__ import annotations

import random
from pathlib import Path

import openpyxl

HEADINGS = ["序号", "县市区", "乡镇（街道）", "行政村", "经度", "纬度", "人口", "备注"]
SEAT = (112.86, 27.83)


def village_rows(villages, count=40, seed=3, gap=0.03):
    """Return rows of the first villages, scattered around a town."""
    rng = random.Random(seed)
    return [
        [
            str(n), v.district, v.township, v.name.replace("村委会", "村"),
            f"{SEAT[0] + rng.gauss(0, gap):.6f}", f"{SEAT[1] + rng.gauss(0, gap):.6f}",
            str(rng.randint(300, 3000)), "",
        ]
        for n, v in enumerate(villages[:count], start=1)
    ]  # fmt: skip


def write_xlsx(path: Path, **sheets):
    """Write sheets of rows, numbers as numbers."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([_value(text) for text in row])
    book.save(path)
    return path


def _value(text):
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def write_csv(path: Path, rows, encoding="gb18030"):
    """Write rows of plain texts."""
    path.write_bytes("".join(",".join(row) + "\r\n" for row in rows).encode(encoding))
    return path
