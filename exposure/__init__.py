"""Rank listed companies by their exposure to accelerator programmes, with the evidence behind each number.

`import exposure` costs next to nothing: the engine is loaded when one of its functions is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exposure.engine import audit, audit_claims, build, check, explain, export, rank, sources, sql
    from exposure.errors import DatabaseError, ExposureError, Fault, RejectedData
    from exposure.history.diff import diff
    from exposure.history.revisions import revisions
    from exposure.scenarios.compare import scenario
    from exposure.scenarios.goal_seek import solve
    from exposure.uncertainty.sensitivity import sensitivity

__version__ = "0.1.0"

__all__ = [
    "DatabaseError",
    "ExposureError",
    "Fault",
    "RejectedData",
    "__version__",
    "audit",
    "audit_claims",
    "build",
    "check",
    "diff",
    "explain",
    "export",
    "rank",
    "revisions",
    "scenario",
    "sensitivity",
    "solve",
    "sources",
    "sql",
]


#: name -> the module that has it, where it is not the engine; dataclasses, too, take time to come
_BESIDE_THE_ENGINE = {
    "DatabaseError": "exposure.errors",
    "ExposureError": "exposure.errors",
    "Fault": "exposure.errors",
    "RejectedData": "exposure.errors",
    "diff": "exposure.history.diff",
    "revisions": "exposure.history.revisions",
    "scenario": "exposure.scenarios.compare",
    "sensitivity": "exposure.uncertainty.sensitivity",
    "solve": "exposure.scenarios.goal_seek",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'exposure' has no attribute {name!r}")
    if name in _BESIDE_THE_ENGINE:
        from importlib import import_module

        return getattr(import_module(_BESIDE_THE_ENGINE[name]), name)
    from exposure import engine

    return getattr(engine, name)


def __dir__() -> list[str]:
    return __all__
