-- What overviews read instead of `calls`: sums and a mergeable quantile state per minute and kind of call.
CREATE TABLE IF NOT EXISTS {{database}}.calls_per_minute {{on_cluster}}
(
    minute         DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    host           LowCardinality(String),
    route          LowCardinality(String),
    method         LowCardinality(String),
    status_class   UInt8,
    service_name   LowCardinality(String),
    calls          SimpleAggregateFunction(sum, UInt64),
    errors         SimpleAggregateFunction(sum, UInt64),
    request_bytes  SimpleAggregateFunction(sum, UInt64),
    response_bytes SimpleAggregateFunction(sum, UInt64),
    total_ms       SimpleAggregateFunction(sum, Float64),
    duration_ms    AggregateFunction(quantilesTDigest(0.5, 0.9, 0.95, 0.99), Float64)
)
ENGINE = {{aggregating_merge_tree}}
PARTITION BY toYYYYMM(minute)
ORDER BY (host, minute, route, method, status_class, service_name)
{{ttl_calls_per_minute}}
SETTINGS ttl_only_drop_parts = 1, old_parts_lifetime = 60, non_replicated_deduplication_window = 10000
