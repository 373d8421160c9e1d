"""Rank listed companies by their exposure to accelerator programmes, with the evidence behind each number.

`import exposure` costs next to nothing: the engine is loaded when one of its functions is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from exposure.errors import DatabaseError, ExposureError, Fault, RejectedData

if TYPE_CHECKING:
    from exposure.engine import audit, build, check, explain, export, rank, sources, sql

__version__ = "0.1.0"

__all__ = [
    "DatabaseError",
    "ExposureError",
    "Fault",
    "RejectedData",
    "__version__",
    "audit",
    "build",
    "check",
    "explain",
    "export",
    "rank",
    "sources",
    "sql",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'exposure' has no attribute {name!r}")
    from exposure import engine

    return getattr(engine, name)


def __dir__() -> list[str]:
    return __all__
