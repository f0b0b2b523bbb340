-- On a cluster: what is read and written; the shard follows from the span id, so that a replayed block splits alike.
CREATE TABLE IF NOT EXISTS {{database}}.calls {{on_cluster}} AS {{database}}.{{calls_local}}
ENGINE = Distributed({{cluster}}, {{database}}, {{calls_local}}, cityHash64(span_id))
