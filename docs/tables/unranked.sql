-- Companies that are not ranked, by reason.
select
    u.reason as "reason",
    count(*) as "companies"
from mart.unquantified as u
group by u.reason
order by count(*) desc, u.reason
