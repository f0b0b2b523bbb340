CREATE MATERIALIZED VIEW IF NOT EXISTS {{database}}.calls_per_minute_view {{on_cluster}} TO {{database}}.calls_per_minute AS
SELECT
    toStartOfMinute(start_time) AS minute,
    host,
    route,
    method,
    toUInt8(least(intDiv(status, 100), 9)) AS status_class,
    service_name,
    count() AS calls,
    countIf(error_type != '') AS errors,
    sum(request_body_size) AS request_bytes,
    sum(response_body_size) AS response_bytes,
    sum(c.duration_ms) AS total_ms,
    quantilesTDigestState(0.5, 0.9, 0.95, 0.99)(c.duration_ms) AS duration_ms
FROM {{database}}.{{calls_local}} AS c
GROUP BY minute, host, route, method, status_class, service_name
