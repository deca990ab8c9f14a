"""Write the table of predicates into ``layers/README.md`` from `spatialplan.model.predicates`."""

from __future__ import annotations

from pathlib import Path

from spatialplan.model.predicates import PREDICATES, ParamSpec

README = Path(__file__).resolve().parent.parent / "layers" / "README.md"
BEGIN, END = "<!-- predicates:begin -->\n", "<!-- predicates:end -->"


def describe(name: str, spec: ParamSpec) -> str:
    """Return a parameter as one phrase."""
    if spec.default is not None:
        return f"`{name}` {spec.meaning.zh}（{spec.unit}，默认 {spec.default:g} 假设）"
    kind = "可选" if spec.optional else "必填"
    return f"`{name}` {spec.meaning.zh}（{spec.unit}，{kind}）"


def table() -> str:
    """Return the Markdown table of all predicates."""
    rows = ["| 谓词 | 含义 · meaning | 主体/客体 | 参数 |", "|---|---|---|---|"]
    for name, spec in PREDICATES.items():
        objects = f"≥{spec.min_objects}" if spec.takes_objects else "无"
        params = "；".join(describe(key, value) for key, value in spec.params.items()) or "—"
        meaning = f"{spec.meaning.zh} · {spec.meaning.en}"
        rows.append(f"| `{name}` | {meaning} | ≥{spec.min_subjects} / {objects} | {params} |")
    return "\n".join(rows) + "\n"


def main() -> None:
    """Replace the table in the README."""
    head, rest = README.read_text(encoding="utf-8").split(BEGIN)
    tail = rest.split(END)[1]
    README.write_text(head + BEGIN + table() + END + tail, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
