SELECT max(version) FROM {{database}}.schema_version
