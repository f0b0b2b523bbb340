-- One row per schema that was ever laid in this database; the highest is the present one.
CREATE TABLE IF NOT EXISTS {{database}}.schema_version {{on_cluster}}
(
    version    UInt32,
    applied_at DateTime64(3, 'UTC'),
    applied_by String
)
ENGINE = {{merge_tree}}
ORDER BY version
