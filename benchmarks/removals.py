"""Take every fact away, one at a time, and see whether the range of what becomes unknown holds the old figure.

    python benchmarks/removals.py          all facts that are inputs of terms
    python benchmarks/removals.py 60       a seeded sample

The slow tests take the sample; this prints the counts and lists the misses.
"""

from __future__ import annotations

import random
import sys

from tests.support import memory
from tests.support.removals import Removal, list_facts, read_factors, remove
from tests.support.seed_folders import SHIPPED


def main(arguments: list[str]) -> None:
    """Print how many ranges held, and which did not."""
    facts = list_facts()
    if arguments:
        facts = sorted(random.Random(20261130).sample(facts, int(arguments[0])))
    with memory.opened(SHIPPED) as opened:
        before = read_factors(opened)
        found = [removal for fact in facts for removal in remove(opened, fact, before)]
    unknown = [removal for removal in found if removal.opened]
    moved = [removal for removal in found if removal.after is not None and not removal.opened]
    vanished = [removal for removal in found if removal.after is None]
    print(f"{len(facts)} facts removed, {len(found)} rows moved")
    _report("hard ends hold the old figure", unknown, [each for each in unknown if not each.hard_held])
    _report("soft ends hold the old figure", unknown, [each for each in unknown if not each.soft_held])
    _report("old and new range meet", moved, [each for each in moved if not each.intersects])
    _report("what vanishes is named as unranked", vanished, [each for each in vanished if not each.missing])


def _report(what: str, cases: list[Removal], missed: list[Removal]) -> None:
    print(f"{what}: {len(cases) - len(missed)} of {len(cases)}")
    for each in missed:
        now = each.after or {}
        print(
            f"    without {each.fact_id}: {each.company_id} was {each.before['exposure_weight']:.4f}, is "
            f"{now.get('exposure_low')} to {now.get('exposure_high')}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
