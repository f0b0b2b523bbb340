-- Second phase: the list's columns of the calls that the first phase named.
SELECT {{columns}}
FROM {{database}}.calls
WHERE start_time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC')
  AND start_time <= fromUnixTimestamp64Nano({to:Int64}, 'UTC')
  AND host IN {hosts:Array(String)}
  AND span_id IN {span_ids:Array(String)}
ORDER BY start_time DESC, span_id DESC
LIMIT {limit:UInt32}
