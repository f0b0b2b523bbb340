-- Records that are gone, as their senders counted them.
CREATE TABLE IF NOT EXISTS {{database}}.losses {{on_cluster}}
(
    `from`       DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `to`         DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    reason       LowCardinality(String),
    what         LowCardinality(String),
    host         LowCardinality(String),
    service_name LowCardinality(String),
    count        UInt64,
    bytes        UInt64
)
ENGINE = {{merge_tree}}
PARTITION BY toYYYYMM(`from`)
ORDER BY (`from`, reason)
{{ttl_losses}}
SETTINGS ttl_only_drop_parts = 1, old_parts_lifetime = 60, non_replicated_deduplication_window = 10000
