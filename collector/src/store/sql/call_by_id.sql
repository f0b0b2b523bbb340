SELECT {{columns}}
FROM {{database}}.calls
WHERE start_time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC')
  AND start_time < fromUnixTimestamp64Nano({to:Int64}, 'UTC')
  AND span_id = {span_id:String}
ORDER BY start_time
LIMIT 1
