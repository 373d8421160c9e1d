"""The DuckDB database: connecting, publishing, the SQL views, building, open sessions, counterfactual worlds.

Why the views are also steps
----------------------------
A file `sql/mart/factors.sql` is one SELECT over other views. It answers in two ways: anyone with a DuckDB shell reads
the view `mart.factors`, and the product computes it step by step into the temporary table `"mart.factors"`. The text
exists once; `steps` rewrites it, and no file knows of it.

*Why not plain views.* DuckDB plans a view again at every place that names it. Views that read views multiply: a dozen
levels of diamonds become tens of thousands of scans, and the factors took minutes to plan. So a view names all views
below it as CTEs, each planned and computed once, however often it is read. In each CTE's body, the references to lower
views become references to their CTEs: `core.pooled` becomes `"core.pooled"`, a name with a dot in it that no other
relation has. `view_files.find_references` gets the byte positions from DuckDB's own parser, so nothing is guessed.

*Why macros.* Written out in every view that needs it, the same step would be parsed, stored and copied a dozen times.
So the text of a step is the body of a table macro of the view's name, which reads the CTEs of whoever calls it:

    create macro core.pooled() as table select ... from "core.vintage" ...
    create view mart.factors as
    with "core.vintage" as materialized (from core.vintage()),
    "core.pooled" as materialized (from core.pooled()),
    ...
    from mart.factors() as answer

*Why steps for the product.* Even so, planning one view of forty levels takes DuckDB longer than computing it, and two
views share nothing. `Reader.compute("mart.factors", "mart.evidence")` makes one temporary table a step, each once for
the whole session. A scenario changes rows of such a table (`Reader.amend`) before the steps above are computed, and a
counterfactual world reads some raw tables of another file: the steps do not notice.

*Why stubs in the build.* DuckDB derives the columns of a view when it is created, together with everything below. While
the views are created, a lower step is an empty temporary table of the right columns, so each view is bound once.

*Kept views.* A view with the line `-- kept:` depends on no session variable; the build stores it as a table.

The modules
-----------
connection      open a file without harm; one sentence for everything that can be wrong with it
publish         put a new file in the place of the old one in one step, beside readers and killed builds
view_files      read the SQL files and put them in order
steps           rewrite them over each other's results
views           create them, with comments on every relation and column
raw_tables      seed tables as columns and cells
build           create all of it in a new file
session         an open database: rows, frames, steps; and queries that users write, with fewer rights
counterfactual  two files asked as if they were one: each input as the first or the second has it
"""
