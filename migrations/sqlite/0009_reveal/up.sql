-- Who was told a masked value, of what, when and what for; never the value. Note and paths lie sealed: people write names
-- into the one, and hostile records bring any text as the other.
CREATE TABLE reveal (
  id TEXT PRIMARY KEY NOT NULL, at BIGINT NOT NULL, person TEXT NOT NULL REFERENCES person(id), what TEXT NOT NULL,
  object TEXT NOT NULL, record TEXT NOT NULL, area TEXT NOT NULL, purpose TEXT NOT NULL, note TEXT NOT NULL,
  paths TEXT NOT NULL);
CREATE INDEX reveal_record ON reveal(record, at);
CREATE INDEX reveal_area ON reveal(area, at);
