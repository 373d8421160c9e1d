"""The rules across rows: keys, references, names, chains of claims, days, units, the ledger and the method.

Ids count as defined when they are written, so that a row refused for another reason does not make its neighbours look
wrong. Everything else is checked on the rows that passed.
"""

from collections.abc import Iterator

from exposure.errors import Fault
from exposure.seeds.rules import chains, days, ledger, method, references, units
from exposure.seeds.rules.tables import Tables


def find_faults(tables: Tables) -> Iterator[Fault]:
    """Yield whatever breaks a rule between rows."""
    for module in (references, chains, days, units, ledger, method):
        for rule in module.RULES:
            yield from rule(tables)
