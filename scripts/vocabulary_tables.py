"""Write the tables of predicates and of concept families into ``layers/README.md``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from spatialplan.model.families import FAMILIES, RoleSpec
from spatialplan.model.predicates import PREDICATES, ParamSpec

README = Path(__file__).resolve().parent.parent / "layers" / "README.md"


def describe(name: str, spec: ParamSpec) -> str:
    """Return a parameter as one phrase."""
    unit = f"{spec.unit}，" if spec.unit else ""
    if spec.default is not None:
        return f"`{name}` {spec.meaning.zh}（{unit}默认 {spec.default:g} 假设）"
    kind = "可选" if spec.optional else "必填"
    return f"`{name}` {spec.meaning.zh}（{unit}{kind}）"


def predicates() -> str:
    """Return the Markdown table of all predicates."""
    rows = ["| 谓词 | 含义 · meaning | 主体/客体 | 参数 |", "|---|---|---|---|"]
    for name, spec in PREDICATES.items():
        objects = f"≥{spec.min_objects}" if spec.takes_objects else "无"
        params = "；".join(describe(key, value) for key, value in spec.params.items()) or "—"
        meaning = f"{spec.meaning.zh} · {spec.meaning.en}"
        rows.append(f"| `{name}` | {meaning} | ≥{spec.min_subjects} / {objects} | {params} |")
    return "\n".join(rows) + "\n"


def role(name: str, spec: RoleSpec) -> str:
    """Return a role as one phrase."""
    if spec.most is not None:
        count = f"{spec.least} 个" if spec.most == spec.least else f"至多 {spec.most} 个"
    else:
        count = f"≥{spec.least}" if spec.least else "可无"
    return f"`{name}` {spec.meaning.zh}（{count}）"


def families() -> str:
    """Return the Markdown table of all families of concepts."""
    rows = ["| 类别 | 量什么 · what is measured | 角色 | 参数 |", "|---|---|---|---|"]
    for name, spec in FAMILIES.items():
        roles = "；".join(role(key, value) for key, value in spec.roles.items())
        params = "；".join(describe(key, value) for key, value in spec.params.items())
        rows.append(f"| `{name}` | {spec.meaning.zh} · {spec.meaning.en} | {roles} | {params} |")
    return "\n".join(rows) + "\n"


TABLES: dict[str, Callable[[], str]] = {"predicates": predicates, "families": families}


def main() -> None:
    """Replace the tables in the README."""
    text = README.read_text(encoding="utf-8")
    for name, table in TABLES.items():
        begin, end = f"<!-- {name}:begin -->\n", f"<!-- {name}:end -->"
        head, rest = text.split(begin)
        text = head + begin + table() + end + rest.split(end)[1]
    README.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
