"""Commands that analyse a ranking: simulate, sensitivity, scenario, solve, diff."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from exposure.cli.options import (
    AsOf,
    Company,
    Grades,
    Horizon,
    Output,
    OutputFormat,
    Profile,
    Seed,
    Top,
    open_engine,
    parse_day,
)
from exposure.cli.output import emit, show_progress
from exposure.question import (
    DEFAULT_DRAWS,
    DEFAULT_GRADES,
    DEFAULT_PROFILE,
    DEFAULT_SEED,
    FIRST_YEAR,
    LAST_YEAR,
    MOST_DRAWS,
    Question,
)


def simulate(
    ctx: typer.Context,
    draws: Annotated[
        int, typer.Option("--draws", metavar="N", min=0, max=MOST_DRAWS, help="How many worlds to draw")
    ] = DEFAULT_DRAWS,
    seed: Seed = DEFAULT_SEED,
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
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile, grades=grades)
    with show_progress(draws) as done:
        result = open_engine(ctx).simulate(question, draws=draws, seed=seed, threads=threads, top=top, done=done)
    emit(result, output_format, output, "simulated", question.grades)


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
            max=MOST_DRAWS,
            help="[default: 10000, for a company 4096; taken to a power of 2]",
        ),
    ] = None,
    seed: Seed = DEFAULT_SEED,
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
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile, grades=grades)
    result = open_engine(ctx).sensitivity(company, question, top=top, draws=draws, seed=seed)
    emit(result, output_format, output, "settling" if company is None else "moved")


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
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile, grades=grades)
    result = open_engine(ctx).scenario(files, question, top=top)
    emit(result, output_format, output, "scenario", question.grades)


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
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile, grades=grades)
    emit(open_engine(ctx).solve(company, reach, by, question), output_format, output, "solved")


def diff(
    ctx: typer.Context,
    from_as_of: Annotated[
        date | None, typer.Option("--from", metavar="DATE", parser=parse_day, help="The earlier day [default: --as-of]")
    ] = None,
    to_as_of: Annotated[
        date | None, typer.Option("--to", metavar="DATE", parser=parse_day, help="The later day [default: --as-of]")
    ] = None,
    from_horizon: Annotated[
        int | None, typer.Option(metavar="YEAR", min=FIRST_YEAR, max=LAST_YEAR, help="The one year")
    ] = None,
    to_horizon: Annotated[
        int | None, typer.Option(metavar="YEAR", min=FIRST_YEAR, max=LAST_YEAR, help="The other year")
    ] = None,
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
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile, grades=grades)
    first = question.but(as_of=from_as_of, horizon=from_horizon, profile=from_profile)
    second = question.but(as_of=to_as_of, horizon=to_horizon, profile=to_profile)
    result = open_engine(ctx).diff(first, second, first_seeds=from_seeds, second_seeds=to_seeds, parts=parts)
    emit(result, output_format, output, "change parts" if parts else "changes")
