INSERT INTO {{database}}.schema_version (version, applied_at, applied_by)
SELECT {version:UInt32}, now64(3, 'UTC'), {by:String}
WHERE (SELECT max(version) FROM {{database}}.schema_version) < {version:UInt32}
