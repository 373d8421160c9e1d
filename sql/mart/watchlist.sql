-- is: The watchlist that the build stored, for the default question alone; at another: `exposure rank --as-of DATE`.
-- grain: company_id
select
    w.rank, w.company_id, w.ticker, w.mic, w.name, w.name_local, w.score, w.grade,
    w.exposure_weight, w.exposure_low, w.exposure_high, w.exposure_base,
    w.programme_revenue_usd, w.company_revenue_usd, w.denominator, w.method,
    w.growth, w.revision, w.elasticity, w.expectation_gap, w.visibility, w.barrier, w.concentration, w.confidence,
    w.assumed_part, w.coverage, w.programmes, w.facts, w.as_of, w.horizon, w.profile,
    w.rank_low, w.rank_high, w.rank_tier, w.p_top5, w.p_top10, w.p_top20, w.score_median, w.score_p05, w.score_p95,
    w.exposure_median, w.exposure_p05, w.exposure_p95,
    w.expectation_gap_p05, w.expectation_gap_p95, w.p_beats_consensus, w.draws, w.seed,
    w.known_part, w.open_usd_high, w.part_filing, w.part_research, w.part_rumour, w.part_assumption,
    w.newest_known_on, w.oldest_known_on, w.exposure_limit,
    w.gross_profit_exposure, w.gross_profit_low, w.gross_profit_high, w.gross_margin, w.margin_basis, w.booking,
    w.consolidated_in
from mart.stored_watchlist as w
inner join core.question as question
    on
        question.as_of = w.as_of and question.horizon = w.horizon
        and question.as_of_units = w.as_of and question.as_of_content = w.as_of and question.as_of_share = w.as_of
        and question.as_of_revenue = w.as_of and question.as_of_fx = w.as_of and question.as_of_signal = w.as_of
cross join core.choice as choice
where choice.programmes is null
