-- Answered from the parts' own minimum, maximum and count; no row is read.
SELECT toString(toUnixTimestamp64Nano(min(start_time))), toString(toUnixTimestamp64Nano(max(start_time))), count()
FROM {{database}}.calls
