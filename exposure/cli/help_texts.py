"""The help of each command. It is no docstring, which `python -OO` would leave out."""

GENERAL = """\
Rank listed companies by their exposure to the Trainium, TPU and GB programmes, with the evidence behind it.

Global options may follow the command. Data goes to stdout, everything else to stderr. Exit codes: 0 done, 1
findings or rejected data, 2 usage error or missing input, 3 database locked or damaged.
"""

#: name of a command -> its help
COMMANDS = {
    "build": """\
Build the database from the seeds.

Checks the seeds, builds a new file beside the old one and moves it into place once it is complete. Prints the rows
of each table and the findings that no waiver covers.
""",
    "rank": """\
Print the ranked watchlist.

Shows which companies are exposed, by how much money, and how certain that is. Builds the database first if it is
missing or its seeds have changed. With default options, prints the watchlist that the build stored. At most two
lines of notes follow.
""",
    "explain": """\
Trace a number down to its sources.

Prints the tree from a company's rank down to facts and documents. Evaluating the tree (products, sums, weighted
means) yields the printed number.
""",
    "export": """\
Write the portfolio manager's folder.

Writes the watchlist, unranked companies, exposures, facts used and findings as CSV, and a manifest. The manifest
comes last: a folder without one is incomplete.
""",
    "check": """\
Check seed files against their contracts.

Builds nothing. Lists every fault of every file as file:line column: message.
""",
    "audit": """\
List the findings in the built data.

Exits with 1 if a waiver is missing for one of them. With --claims, recomputes what sources state from their own
figures and lists claims that contradict each other; errors of sources are not findings, so this exits with 0.
""",
    "sources": """\
List the documents behind the numbers.

Shows how much rests on each document. For a document, lists the facts taken from it; for a fact, that fact with its
document; for a company, the facts behind its exposure, by document.
""",
    "sql": """\
Query the views in SQL, read-only.
""",
    "simulate": """\
Estimate rank intervals by Monte Carlo.

Draws every uncertain input many times and ranks each draw. Prints the central 90% of ranks, scores and exposures,
the probabilities of a rank among the first, and tiers of companies that cannot be distinguished.
""",
    "sensitivity": """\
Show which inputs drive a score, or decide the top N.

For a company: its score and exposure at the low and high end of each group of inputs, and the share of their
variance that each group explains (Sobol indices). Without one: the unknowns that would do most to decide which
companies are among the first N, with their ranges and sources.
""",
    "scenario": """\
Rank under a what-if scenario, beside the base.

Rules in TOML files multiply, add to, replace or delay units, contents, shares or exchange rates. Prints rank,
exposure and revenue of both, and notes rules that match nothing and companies that no rule affects. Several files
form one scenario: all their rules, in order.
""",
    "solve": """\
Find the multiplier that reaches a target.

Multiplies units of a programme, the company's share or the content value of a product until its rank, exposure or
revenue reaches the target, all other inputs at their central values. Prints the multiplier and what the company
reaches with it, or the nearest it can get.
""",
    "ingest": """\
Propose claims from a pasted research digest.

Prints one row per quantity, with its place in the text, for a person to accept or reject. Leaves the seeds alone.
""",
    "revisions": """\
Show how forecasts of units were revised.

Lists the successive forecasts of each origin, and the pooled estimate after each of them.
""",
    "diff": """\
Show what changed between two rankings, and why.

Compares two days, horizons, profiles or seed folders, and splits each change of exposure and score exactly over the
inputs. Rankings without a horizon use the year of the later day.
""",
    "shell": """\
Open the DuckDB shell, read-only.

Requires the extra: pip install 'supply-chain-exposure[shell]'
""",
}
