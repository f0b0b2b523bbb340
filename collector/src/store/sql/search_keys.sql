-- First phase: which calls, from the columns that the filter names. The end is excluded: `to` and what comes before
-- the span id at that very nanosecond. Times are text, because JSON numbers end at 2^53.
SELECT toString(toUnixTimestamp64Nano(start_time)), span_id, host
FROM {{database}}.calls
WHERE start_time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC')
  AND start_time <= fromUnixTimestamp64Nano({to:Int64}, 'UTC')
  AND (start_time < fromUnixTimestamp64Nano({to:Int64}, 'UTC') OR span_id < {before_span_id:String})
  AND ({{where}})
ORDER BY start_time DESC, span_id DESC
LIMIT {limit:UInt32}
