"""Commands that analyse a ranking: simulate, sensitivity, scenario, solve, diff."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from exposure.cli import options
from exposure.cli.options import open_engine
from exposure.cli.output import emit_result, show_progress, show_worlds
from exposure.errors import ExposureError
from exposure.question import DEFAULT_DRAWS, DEFAULT_GRADES, DEFAULT_PROFILE, DEFAULT_SEED, Question


def simulate(
    ctx: typer.Context,
    draws: Annotated[int, options.draws_option("Number of draws")] = DEFAULT_DRAWS,
    seed: options.Seed = DEFAULT_SEED,
    threads: Annotated[
        int | None, typer.Option("--threads", metavar="N", min=1, help="[default: one per core; changes no byte]")
    ] = None,
    horizon: options.Horizon = None,
    as_of: options.AsOf = None,
    profile: options.Profile = DEFAULT_PROFILE,
    grades: options.Grades = DEFAULT_GRADES,
    by_grade: options.ByGrade = False,
    top: options.Top = None,
    output_format: options.OutputFormat = None,
    output: options.Output = None,
) -> None:
    """Estimate rank intervals by Monte Carlo."""
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile, grades=grades, by_grade=by_grade)
    with show_progress(draws) as done:
        result = open_engine(ctx).simulate(question, draws=draws, seed=seed, threads=threads, top=top, done=done)
    emit_result(result, output_format, output, "simulation", by_grade=by_grade)


def sensitivity(
    ctx: typer.Context,
    company: Annotated[
        str | None, typer.Argument(metavar="[COMPANY]", help="Id, ticker, name or alias, in any language")
    ] = None,
    top: Annotated[int | None, options.top_option("Number of first ranks to decide [default: 10]")] = None,
    draws: Annotated[
        int | None, options.draws_option("[default: 10000; for a company 4096, rounded down to a power of 2]")
    ] = None,
    seed: options.Seed = DEFAULT_SEED,
    as_of: options.AsOf = None,
    horizon: options.Horizon = None,
    profile: options.Profile = DEFAULT_PROFILE,
    grades: options.Grades = DEFAULT_GRADES,
    by_grade: options.ByGrade = False,
    output_format: options.OutputFormat = None,
    output: options.Output = None,
) -> None:
    """Show which inputs drive a score, or decide the top N."""
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile, grades=grades, by_grade=by_grade)
    result = open_engine(ctx).sensitivity(company, question, top=top, draws=draws, seed=seed)
    layout = "sensitivity of the top" if company is None else "sensitivity of a company"
    emit_result(result, output_format, output, layout)


def scenario(
    ctx: typer.Context,
    files: Annotated[
        list[str],
        typer.Argument(metavar="NAME|FILE...", help="Packaged scenarios or TOML files, applied in this order"),
    ],
    horizon: options.Horizon = None,
    as_of: options.AsOf = None,
    profile: options.Profile = DEFAULT_PROFILE,
    grades: options.Grades = DEFAULT_GRADES,
    by_grade: options.ByGrade = False,
    top: options.Top = None,
    output_format: options.OutputFormat = None,
    output: options.Output = None,
) -> None:
    """Rank under a what-if scenario, beside the base."""
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile, grades=grades, by_grade=by_grade)
    result = open_engine(ctx).scenario(files, question, top=top)
    emit_result(result, output_format, output, "scenario", by_grade=by_grade)


def solve(
    ctx: typer.Context,
    company: options.Company,
    reach: Annotated[str, typer.Option("--reach", metavar="TARGET", help="rank 5, exposure 0.30 or revenue 2.0bn")],
    by: Annotated[str, typer.Option("--by", metavar="WHAT[:NAME]", help="units, share or content, of all or of NAME")],
    as_of: options.AsOf = None,
    horizon: options.Horizon = None,
    profile: options.Profile = DEFAULT_PROFILE,
    grades: options.Grades = DEFAULT_GRADES,
    by_grade: options.ByGrade = False,
    output_format: options.OutputFormat = None,
    output: options.Output = None,
) -> None:
    """Find the multiplier that reaches a target."""
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile, grades=grades, by_grade=by_grade)
    emit_result(open_engine(ctx).solve(company, reach, by, question), output_format, output, "goal seek")


def diff(
    ctx: typer.Context,
    from_as_of: Annotated[date | None, options.day_option("--from", "First day [default: --as-of]")] = None,
    to_as_of: Annotated[date | None, options.day_option("--to", "Second day [default: --as-of]")] = None,
    from_horizon: Annotated[int | None, options.year_option("--from-horizon", "Year of the first ranking")] = None,
    to_horizon: Annotated[int | None, options.year_option("--to-horizon", "Year of the second ranking")] = None,
    from_profile: Annotated[str | None, typer.Option(metavar="NAME|FILE", help="Profile of the first ranking")] = None,
    to_profile: Annotated[str | None, typer.Option(metavar="NAME|FILE", help="Profile of the second ranking")] = None,
    from_seeds: Annotated[Path | None, typer.Option(metavar="DIR", help="Seed folder of the first ranking")] = None,
    to_seeds: Annotated[Path | None, typer.Option(metavar="DIR", help="Seed folder of the second ranking")] = None,
    parts: Annotated[bool, typer.Option("--parts", help="One row per company and input, with the facts")] = False,
    as_of: options.AsOf = None,
    horizon: options.Horizon = None,
    profile: options.Profile = DEFAULT_PROFILE,
    grades: options.Grades = DEFAULT_GRADES,
    by_grade: options.ByGrade = False,
    output_format: options.OutputFormat = None,
    output: options.Output = None,
) -> None:
    """Show what changed between two rankings, and why."""
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile, grades=grades, by_grade=by_grade)
    first = question.but(as_of=from_as_of, horizon=from_horizon, profile=from_profile)
    second = question.but(as_of=to_as_of, horizon=to_horizon, profile=to_profile)
    if first.as_of and second.as_of and first.as_of > second.as_of:
        raise ExposureError(f"--from {first.as_of} is after --to {second.as_of}; change them round.")
    with show_worlds() as progress:
        result = open_engine(ctx).diff(
            first, second, first_seeds=from_seeds, second_seeds=to_seeds, parts=parts, progress=progress
        )
    emit_result(result, output_format, output, "diff parts" if parts else "diff")
