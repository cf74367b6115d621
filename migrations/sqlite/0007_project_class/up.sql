-- What P2 counts projects by. The rows there are go and come back with it from their records (`projection::fill`).
ALTER TABLE project ADD COLUMN class TEXT NOT NULL DEFAULT '';
DELETE FROM project;
