INSERT INTO {{database}}.calls ({{columns}})
