"""Rank listed companies by their exposure to accelerator programmes, with the evidence behind each number.

`import exposure` costs next to nothing: what it offers is imported when it is first used.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` takes time to import
if TYPE_CHECKING:
    from exposure.api import (
        audit,
        build,
        check,
        diff,
        explain,
        export,
        ingest,
        packaged_seeds,
        rank,
        revisions,
        scenario,
        sensitivity,
        simulate,
        solve,
        sources,
        sql,
    )
    from exposure.errors import DatabaseError, ExposureError, Fault, RejectedData

__version__ = "0.1.0"

_ERRORS = ("DatabaseError", "ExposureError", "Fault", "RejectedData")

__all__ = [
    "DatabaseError",
    "ExposureError",
    "Fault",
    "RejectedData",
    "__version__",
    "audit",
    "build",
    "check",
    "diff",
    "explain",
    "export",
    "ingest",
    "packaged_seeds",
    "rank",
    "revisions",
    "scenario",
    "sensitivity",
    "simulate",
    "solve",
    "sources",
    "sql",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'exposure' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("exposure.errors" if name in _ERRORS else "exposure.api"), name)


def __dir__() -> list[str]:
    return __all__
