-- A household that moved to another village takes its records along. `group_name`: the villagers' group it left.
CREATE TABLE relocation (
  id TEXT PRIMARY KEY NOT NULL, household TEXT NOT NULL REFERENCES record(id),
  from_area TEXT NOT NULL REFERENCES area(code), to_area TEXT NOT NULL REFERENCES area(code), group_name TEXT NOT NULL,
  moved_on TEXT NOT NULL, reason TEXT NOT NULL, person TEXT NOT NULL REFERENCES person(id), at BIGINT NOT NULL);
CREATE INDEX relocation_household ON relocation(household);
CREATE INDEX relocation_from ON relocation(from_area);
-- Where a record was before, and until which position its readers there had it.
CREATE INDEX feed_moved ON feed(record) WHERE what = 'moved';
-- The village in which the work was done: duties count there, wherever the record is filed now.
ALTER TABLE record ADD COLUMN made_in TEXT NOT NULL DEFAULT '';
UPDATE record SET made_in = area;
