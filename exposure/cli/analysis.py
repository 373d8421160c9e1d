"""Commands that analyse a ranking: simulate, sensitivity, scenario, solve, diff."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from exposure.cli.options import (
    DEFAULT_DRAWS,
    DEFAULT_GRADES,
    DEFAULT_PROFILE,
    MAX_DRAWS,
    AsOf,
    Company,
    Grades,
    Horizon,
    Output,
    OutputFormat,
    Profile,
    Seed,
    Top,
    parse_day,
)
from exposure.cli.output import Answer, emit, show_progress


def simulate(
    ctx: typer.Context,
    draws: Annotated[
        int, typer.Option("--draws", metavar="N", min=0, max=MAX_DRAWS, help="How many worlds to draw")
    ] = DEFAULT_DRAWS,
    seed: Seed = 1,
    threads: Annotated[
        int | None, typer.Option("--threads", metavar="N", min=1, help="[default: one a core; changes no byte]")
    ] = None,
    horizon: Horizon = None,
    as_of: AsOf = None,
    profile: Profile = DEFAULT_PROFILE,
    grades: Grades = DEFAULT_GRADES,
    top: Top = None,
    output_format: OutputFormat = None,
    output: Output = None,
) -> None:
    """Say how sure each rank is.

    Draws every uncertain input many times and ranks each draw: the places, scores and exposures that hold 90% of the
    draws, the chances to be among the first, and tiers of companies that cannot be told apart.
    """
    from exposure.uncertainty import whatif

    with show_progress(draws) as done:
        found = whatif.simulate(
            draws, seed, threads=threads, as_of=as_of, horizon=horizon, profile=profile, grades=grades, done=done,
            **ctx.obj,
        )  # fmt: skip
    table = found.table if top is None else found.table.head(top)
    emit(Answer.of_frame(table, "simulated", grades), output_format, output, found.notes)


def sensitivity(
    ctx: typer.Context,
    company: Annotated[
        str | None, typer.Argument(metavar="[COMPANY]", help="Id, ticker, name or alias, in any language")
    ] = None,
    top: Annotated[
        int | None, typer.Option("--top", metavar="N", min=1, help="What would settle the first N [default: 10]")
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(
            "--draws",
            metavar="N",
            min=0,
            max=MAX_DRAWS,
            help="[default: 10000, for a company 4096; taken to a power of 2]",
        ),
    ] = None,
    seed: Seed = 1,
    as_of: AsOf = None,
    horizon: Horizon = None,
    profile: Profile = DEFAULT_PROFILE,
    grades: Grades = DEFAULT_GRADES,
    output_format: OutputFormat = None,
    output: Output = None,
) -> None:
    """Say what a rank hangs on.

    For a company: what its score and exposure do when each group of inputs goes from its low to its high end, and what
    part of their variance is its work (Sobol indices). Otherwise: the unknowns whose knowledge would most settle who is
    among the first N, with their present ranges and sources.
    """
    from exposure.uncertainty import sensitivity as hinges

    found = hinges.hinges(
        company, top=top, draws=draws, seed=seed, as_of=as_of, horizon=horizon, profile=profile, grades=grades,
        **ctx.obj,
    )  # fmt: skip
    emit(Answer.of_frame(found.table, "settling" if company is None else "moved"), output_format, output, found.notes)


def scenario(
    ctx: typer.Context,
    files: Annotated[
        list[str], typer.Argument(metavar="NAME|FILE...", help="Shipped scenarios or TOML files, applied in this order")
    ],
    horizon: Horizon = None,
    as_of: AsOf = None,
    profile: Profile = DEFAULT_PROFILE,
    grades: Grades = DEFAULT_GRADES,
    top: Top = None,
    output_format: OutputFormat = None,
    output: Output = None,
) -> None:
    """Ask what if.

    Rules in small files multiply, add to, replace or delay units, contents, shares or exchange rates. Prints rank,
    exposure and revenue of base and scenario side by side, and says which rules match nothing and whom they do not
    reach. Several files are one scenario: all their rules, in order.
    """
    from exposure.scenarios import compare as comparison

    found = comparison.compare(files, as_of=as_of, horizon=horizon, profile=profile, grades=grades, top=top, **ctx.obj)
    emit(Answer.of_frame(found.table, "scenario", grades), output_format, output, found.notes)


def solve(
    ctx: typer.Context,
    company: Company,
    reach: Annotated[str, typer.Option("--reach", metavar="TARGET", help="rank 5, exposure 0.30 or revenue 2.0bn")],
    by: Annotated[
        str, typer.Option("--by", metavar="WHAT[:NAME]", help="units, share or content; of a programme or a product")
    ],
    as_of: AsOf = None,
    horizon: Horizon = None,
    profile: Profile = DEFAULT_PROFILE,
    grades: Grades = DEFAULT_GRADES,
    output_format: OutputFormat = None,
    output: Output = None,
) -> None:
    """Say what it takes to reach a target.

    By how much units, the company's share or the value of its products must be multiplied, everything else at the
    centre, and what the company has when that is put back; or that it is not reachable, and what comes nearest.
    """
    from exposure.scenarios import goal_seek as targets

    found = targets.solved(company, reach, by, as_of=as_of, horizon=horizon, profile=profile, grades=grades, **ctx.obj)
    emit(Answer.of_frame(found.table, "solved"), output_format, output, found.notes)


def diff(
    ctx: typer.Context,
    from_as_of: Annotated[
        date | None, typer.Option("--from", metavar="DATE", parser=parse_day, help="The earlier day [default: --as-of]")
    ] = None,
    to_as_of: Annotated[
        date | None, typer.Option("--to", metavar="DATE", parser=parse_day, help="The later day [default: --as-of]")
    ] = None,
    from_horizon: Annotated[int | None, typer.Option(metavar="YEAR", min=1990, max=2100, help="The one year")] = None,
    to_horizon: Annotated[int | None, typer.Option(metavar="YEAR", min=1990, max=2100, help="The other year")] = None,
    from_profile: Annotated[str | None, typer.Option(metavar="NAME|FILE", help="The one profile")] = None,
    to_profile: Annotated[str | None, typer.Option(metavar="NAME|FILE", help="The other profile")] = None,
    from_seeds: Annotated[Path | None, typer.Option(metavar="DIR", help="The one seed folder")] = None,
    to_seeds: Annotated[Path | None, typer.Option(metavar="DIR", help="The other seed folder")] = None,
    parts: Annotated[
        bool, typer.Option("--parts", help="One row a company and input, with the facts, in place of one a company")
    ] = False,
    as_of: AsOf = None,
    horizon: Horizon = None,
    profile: Profile = DEFAULT_PROFILE,
    grades: Grades = DEFAULT_GRADES,
    output_format: OutputFormat = None,
    output: Output = None,
) -> None:
    """Say what moved between two rankings, and why.

    Between two days, horizons, profiles or seed folders. Each change of exposure and score is split exactly over the
    inputs. Sides that name no horizon look at the year of the later day.
    """
    from exposure.history import diff as changes

    found = changes.difference(
        from_as_of, to_as_of, from_horizon=from_horizon, to_horizon=to_horizon, from_profile=from_profile,
        to_profile=to_profile, from_seeds=from_seeds, to_seeds=to_seeds, as_of=as_of, horizon=horizon,
        profile=profile, grades=grades, **ctx.obj,
    )  # fmt: skip
    answer = Answer.of_frame(found.parts, "change parts") if parts else Answer.of_frame(found.companies, "changes")
    emit(answer, output_format, output, found.notes)
