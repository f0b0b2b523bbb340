SELECT {{columns}}
FROM {{database}}.losses
WHERE `to` >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND `from` < fromUnixTimestamp64Nano({to:Int64}, 'UTC')
ORDER BY `from` DESC
LIMIT 1000
