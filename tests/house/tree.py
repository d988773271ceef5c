"""The source tree as the house tests see it: which files there are, what they import, what they say."""

import ast
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
ROOMS = ("bot", "dialogs", "locales", "otp", "rules", "sandbox", "storage")
PRODUCT = (*ROOMS, "benchmarks", "docs")


@dataclass(frozen=True)
class Import:
    """One import as written: the module's full name, and where it stands."""

    module: str
    line: int
    only_for_types: bool


@cache
def committed_files() -> tuple[Path, ...]:
    """Every file that is or will be committed, relative to the house. Ignored files are not among them."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=HOUSE, capture_output=True, check=True).stdout.decode().split("\0")
    return tuple(sorted(Path(name) for name in set(listed) if name and (HOUSE / name).is_file()))


def python_files(*tops: str) -> tuple[Path, ...]:
    """The committed Python files of these folders, relative to the house."""
    return tuple(path for path in committed_files() if path.suffix == ".py" and path.parts[0] in tops)


def text_of(path: Path) -> str:
    """The file's text, or nothing where it is not text."""
    try:
        return (HOUSE / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def tree_of(path: Path) -> ast.Module:
    """The parsed source of a Python file."""
    return ast.parse(text_of(path), filename=str(path))


def module_name(path: Path) -> str:
    """`rules/iin.py` is `rules.iin`; a package is named after its folder."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> tuple[Import, ...]:
    """Every import of the file, also those inside functions. `from a import b` counts as `a.b`."""
    guarded = {id(inner) for block in _type_checking_blocks(path) for inner in ast.walk(block)}
    return tuple(
        Import(module, getattr(node, "lineno", 0), id(node) in guarded)
        for node in ast.walk(tree_of(path))
        for module in _modules(node, path)
    )


def _modules(node: ast.AST, path: Path) -> tuple[str, ...]:
    match node:
        case ast.Import(names=names):
            return tuple(name.name for name in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            package = ".".join(path.parts[: len(path.parts) - level]) if level else ""
            start = ".".join(part for part in (package, module) if part)
            return tuple(f"{start}.{name.name}" for name in names)
        case _:
            return ()


def _type_checking_blocks(path: Path) -> tuple[ast.If, ...]:
    return tuple(
        node
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
    )


def is_within(module: str, room: str) -> bool:
    """`dialogs.engine.words` is within `dialogs.engine` and within `dialogs`."""
    return module == room or module.startswith(f"{room}.")
