INSERT INTO {{database}}.losses ({{columns}})
