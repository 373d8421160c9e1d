"""Rules over everything: who imports whom, what views and commands have, what the wheel carries, what nobody writes."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from types import ModuleType

import pytest
from hatchling.builders.wheel import WheelBuilder
from typer.main import get_command

import exposure
from exposure.cli import app as cli
from exposure.db import build as warehouse
from exposure.db import view_files
from exposure.db.connection import SCHEMAS
from exposure.seeds import resources

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "exposure"
MODULES = sorted(
    path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".")
    for path in PACKAGE.rglob("*.py")
    if path.parent == PACKAGE or path.name != "__init__.py"
)

#: the packages and single modules from the ground up; imports point down, and within a package anywhere without a cycle
FLOORS = (
    {"errors", "__init__"},
    {"question", "formats", "names"},
    {"seeds"},
    {"db"},
    {"model", "scoring", "extraction"},
    {"lineage", "uncertainty", "history"},
    {"scenarios"},
    {"engine"},
    {"api", "cli"},
    {"__main__"},
)
#: library -> the packages that know it
KEEPERS = {
    "duckdb": {"db"},
    "typer": {"cli"},
    "numpy": {"model", "scenarios", "scoring", "uncertainty"},
    "scipy": {"uncertainty"},
    "pydantic": {"scenarios", "seeds"},
    "pydantic_core": {"seeds"},
}
#: what answers with the stored watchlist imports none of these at its head
SLOW = ("polars", "pydantic", "numpy", "scipy", "exposure.seeds.models", "exposure.seeds.reader")


# --- the package --------------------------------------------------------------------------


@cache
def _imports(module: str) -> frozenset[str]:
    """Return the full names that a module imports for run time, at its head and inside its functions."""
    tree = ast.parse((PACKAGE / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))
    return frozenset(_imported(tree))


def _imported(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        if isinstance(child, ast.Import):
            yield from (name.name for name in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield from (f"{child.module}.{name.name}" for name in child.names)
        yield from _imported(child)


def _own_imports(module: str) -> set[str]:
    """Return the modules of the package that a module imports at run time."""
    own = set()
    for name in _imports(module):
        parts = name.split(".")
        if parts[0] == "exposure":
            ends = (".".join(parts[1:end]) for end in range(len(parts), 1, -1))
            own.add(next((end for end in ends if end in MODULES), "__init__"))
    return own


def _floor(module: str) -> int:
    return next(i for i, floor in enumerate(FLOORS) if module.partition(".")[0] in floor)


@pytest.mark.parametrize("module", [module for module in MODULES if module != "__init__"])
def test_a_module_imports_from_its_own_package_and_the_floors_below(module: str) -> None:
    package = module.partition(".")[0]
    above = {
        other
        for other in _own_imports(module)
        if other.partition(".")[0] != package and _floor(other) >= _floor(module)
    }
    assert above == set()


def test_modules_of_a_package_import_each_other_without_a_cycle() -> None:
    sorter = TopologicalSorter(
        {module: _own_imports(module) - {"__init__"} for module in MODULES if module != "__init__"}
    )
    packages = [module.partition(".")[0] for module in sorter.static_order()]
    assert set(packages) <= {package for floor in FLOORS for package in floor}


@pytest.mark.parametrize(("library", "keepers"), KEEPERS.items())
def test_a_library_is_known_only_to_its_keepers(library: str, keepers: set[str]) -> None:
    knowing = {module for module in MODULES if any(name.split(".")[0] == library for name in _imports(module))}
    assert {module.partition(".")[0] for module in knowing} <= keepers


def test_scoring_knows_no_file_and_no_database() -> None:
    assert not {name.split(".")[0] for name in _imports("scoring.normalise")} & {"pathlib", "os", "io", "csv", "duckdb"}


def test_the_model_knows_no_word_of_the_domain() -> None:
    words = re.compile(r"compan|supplier|share|revenue|content|famil|\bunits\b|exposure_|rank", re.IGNORECASE)
    for path in sorted((PACKAGE / "model").glob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if words.search(line) and "import" not in line] == [], path


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
    assert not {path.stem for path in ROOT.rglob("*.py") if ".venv" not in path.parts} & drawers


def test_what_the_package_promises_can_be_called_once_every_module_is_loaded() -> None:
    for module in MODULES:
        if module != "__main__":
            importlib.import_module(f"exposure.{module}")
    promised = [name for name in exposure.__all__ if name != "__version__"]
    assert [name for name in promised if not callable(getattr(exposure, name))] == []


@pytest.mark.parametrize("module", ["exposure", "exposure.cli.app", "exposure.api", "exposure.engine"])
def test_nothing_slow_is_loaded_before_it_is_needed(module: str) -> None:
    program = f"import sys, {module}; print(*[name for name in {SLOW!r} + ('duckdb',) if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert loaded.stdout == "\n"


def test_the_stored_watchlist_is_read_without_polars_or_pydantic(shipped: Path) -> None:
    program = (
        f"import sys; from exposure.cli import app as cli; sys.argv = ['exposure', '--db', {str(shipped)!r}, 'rank']"
    )
    leave = f"print(*[name for name in {SLOW!r} if name in sys.modules], file=sys.stderr)"
    program = f"{program}\ntry:\n    cli.main()\nfinally:\n    {leave}"
    answered = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert answered.stdout.startswith("rank,company_id,")
    assert answered.stderr.splitlines()[-1] == ""


# --- commands -----------------------------------------------------------------------------

COMMANDS = [
    "build", "rank", "explain", "export", "check", "audit", "sources", "sql", "simulate", "sensitivity",
    "scenario", "solve", "ingest", "revisions", "diff", "shell",
]  # fmt: skip


def test_the_commands_are_those_of_the_interface() -> None:
    assert [command.callback.__name__ for command in cli.app.registered_commands if command.callback] == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_and_each_of_its_options_is_documented(name: str) -> None:
    command = get_command(cli.app).commands[name]  # type: ignore[attr-defined]
    assert command.help
    assert [option.name for option in command.params if not getattr(option, "help", None)] == []


@pytest.mark.parametrize(
    "name",
    ["explain", "export", "audit", "sources", "sql", "simulate", "sensitivity", "scenario", "solve", "shell", "rank"],
)
def test_as_of_horizon_and_profile_are_options_of_every_command_that_answers(name: str) -> None:
    command = get_command(cli.app).commands[name]  # type: ignore[attr-defined]
    assert {"as_of", "horizon", "profile"} <= {option.name for option in command.params}


def test_the_generated_pages_say_what_the_code_says(generator: ModuleType) -> None:
    assert generator.outdated(ROOT / "docs", generator.pages()) == []


# --- views --------------------------------------------------------------------------------

SQL = sorted(path.relative_to(ROOT / "sql").as_posix() for path in (ROOT / "sql").rglob("*.sql"))
VIEWS = [file.removesuffix(".sql").replace("/", ".") for file in SQL]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the shipped seeds once."""
    db = tmp_path_factory.mktemp("house") / "exposure.duckdb"
    exposure.build(db=db, seeds=resources.seeds_dir())
    return db


@pytest.fixture(scope="module")
def view_of(shipped: Path) -> dict[str, view_files.View]:
    """Read every view's file."""
    with warehouse.reading(shipped) as reader:
        query = "select concat(schema_name, '.', table_name) from duckdb_tables() where not internal"
        tables = [name for (name,) in reader.rows(query) if name not in VIEWS]  # some views are kept as tables
    return {view.full_name: view for view in view_files.read_views(ROOT / "sql", tables)}


@pytest.mark.parametrize("file", SQL)
def test_a_view_begins_with_what_it_is_and_what_a_row_is(file: str) -> None:
    head = (ROOT / "sql" / file).read_text(encoding="utf-8").splitlines()[:2]
    assert re.fullmatch(r"-- is: \S.*\.", head[0])
    assert re.fullmatch(r"-- grain: [a-z_]+(, [a-z_]+)*", head[1])


@pytest.mark.slow
@pytest.mark.parametrize("name", VIEWS)
def test_a_row_of_a_view_is_what_its_grain_says(name: str, shipped: Path, view_of: dict[str, view_files.View]) -> None:
    grain = ", ".join(view_of[name].grain)
    with warehouse.reading(shipped) as reader:
        twice = reader.rows(f"select {grain}, count(*) from {name} group by {grain} having count(*) > 1 limit 5")
    assert twice == []


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_reads_its_own_floor_and_the_floors_below(name: str, view_of: dict[str, view_files.View]) -> None:
    floors = [SCHEMAS.index(read.split(".")[0]) for read in view_of[name].reads]
    assert all(floor <= SCHEMAS.index(view_of[name].schema) for floor in floors)


def test_every_relation_and_column_is_described(shipped: Path) -> None:
    query = """
        select concat(schema_name, '.', view_name) from duckdb_views() where not internal and comment is null
        union all
        select concat(schema_name, '.', table_name) from duckdb_tables() where not internal and comment is null
        union all
        select concat(schema_name, '.', table_name, '.', column_name) from duckdb_columns()
        where not internal and comment is null
    """
    with warehouse.reading(shipped) as reader:
        assert reader.rows(query) == []


def test_every_view_of_mart_and_research_carries_its_as_of(shipped: Path) -> None:
    query = """
        select v.schema_name, v.view_name from duckdb_views() as v
        anti join (from duckdb_columns() where column_name = 'as_of') as c
            on c.schema_name = v.schema_name and c.table_name = v.view_name
        where v.schema_name in ('mart', 'research')
    """
    with warehouse.reading(shipped) as reader:
        assert reader.rows(query) == []


# --- words that are never written ---------------------------------------------------------

TEXTS = [
    path
    for folder in ("exposure", "sql", "seeds", "tests", "docs", "benchmarks", ".ci")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.is_file() and path.suffix in {".py", ".sql", ".csv", ".md", ".txt", ".toml", ".json", ""}
] + [ROOT / name for name in ("README.md", "CHANGELOG.md", "pyproject.toml", ".pre-commit-config.yaml", ".sqlfluff")]
CODE = [path for path in TEXTS if path.suffix in {".py", ".sql"} and path != Path(__file__).resolve()]


def _places(paths: list[Path], pattern: str) -> list[str]:
    places = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(pattern, line):
                places.append(f"{path.relative_to(ROOT)}:{number} {line.strip()[:80]}")
    return places


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"\b(TODO|FIXME|XXX)\b", "what is not done is an issue"),
        (r"fill_?na\(0|fill_null\(0|fill_nan\(0", "unknown is not zero"),
        (r"(?i)coalesce\([^()]*(?<!_low)(?<!_rank),\s*0(\.0*)?\s*\)", "unknown is not zero, though its lower bound is"),
        (r"except (Exception|BaseException)?:?\s*(pass)?$", "no error is swallowed"),
    ],
)
def test_code_never_says(pattern: str, why: str) -> None:
    assert _places(CODE, pattern) == [], why


def test_a_view_is_at_most_150_lines_of_120_columns_and_a_module_at_most_350_lines() -> None:
    lines = {path: path.read_text(encoding="utf-8").splitlines() for path in CODE if path.suffix == ".sql"}
    assert [path.name for path, text in lines.items() if len(text) > 150 or max(map(len, text)) > 120] == []
    modules = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE.rglob("*.py")}
    assert [path.name for path, count in modules.items() if count > 350] == []
    assert modules[PACKAGE / "engine.py"] <= 250


def test_a_view_names_its_columns() -> None:
    """A CTE may pass on `t.*`; the closing select names columns, or is `select a.* from answer as a`."""
    queries = [path for path in CODE if path.suffix == ".sql"]
    assert _places(queries, r"(?i)\bgroup by all\b") == []
    for path in queries:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\bselect\s+(distinct\s+)?\*", text), path
        closing = re.split(r"(?m)^select\b", text, maxsplit=1)[-1]
        assert ".*" not in closing or closing.strip() == "a.* from answer as a", path


def test_a_view_takes_the_fields_of_a_struct_in_brackets() -> None:
    """DuckDB reads `b.best.units` as a table of the database `b`, which is what a file called b.duckdb is."""
    schemas = "|".join(SCHEMAS)
    pattern = rf"^(?!\s*--).*(?<![\w.])(?!(?:{schemas})\.)[a-z_]+\.[a-z_]+\.[a-z_]+"
    assert _places([path for path in CODE if path.suffix == ".sql"], pattern) == []


@pytest.mark.parametrize("pattern", [r"(?<![\w.:/])/(work|tmp|root|home|Users)/", r"pythonhosted|pypi\.org|localhost"])
def test_no_file_names_a_machine_or_a_registry(pattern: str) -> None:
    assert _places([path for path in TEXTS if path != Path(__file__).resolve()], pattern) == []


# --- packaging ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """Load the script that writes the reference pages."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_wheel_carries_the_package_the_views_and_the_seeds() -> None:
    carried = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    carried = {path.replace(os.sep, "/") for path in carried}
    assert {f"exposure/{module.replace('.', '/')}.py" for module in MODULES} <= carried
    assert {f"exposure/_data/sql/{file}" for file in SQL} <= carried
    seeds = {path.relative_to(ROOT).as_posix() for path in (ROOT / "seeds").rglob("*") if path.is_file()}
    assert {f"exposure/_data/{path}" for path in seeds} <= carried
    assert all(path.startswith("exposure/") for path in carried)


def test_the_changelog_has_an_entry_for_this_version() -> None:
    assert f"\n## {exposure.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_ci_installs_pinned_versions_with_hashes_of_all_that_the_project_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    needed = {re.split(r"[\[<>=]", line)[0] for line in [*project["dependencies"], *extras["shell"], *extras["dev"]]}
    pins = (ROOT / ".ci" / "requirements.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z])", pins.replace("\\\n", " "))[1:]
    assert needed - {project["name"]} <= {re.split(r"==", entry)[0] for entry in entries}
    assert [entry for entry in entries if "--hash=sha256:" not in entry or "==" not in entry] == []


def test_ci_takes_the_two_commands_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for name in ("set-up", "test"):
        assert len(re.findall(rf"<!-- {name} command -->\n```sh\n[^\n]+\n```", readme)) == 1
        assert f"run_readme {name}" in script
