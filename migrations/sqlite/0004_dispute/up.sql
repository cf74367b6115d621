-- Disputes (domain §9.4). What was raised is copied when it is submitted and stays; state, handler and finding
-- belong to the server alone. `version` counts the steps.
CREATE TABLE dispute (
  record TEXT PRIMARY KEY NOT NULL REFERENCES record(id), household TEXT NOT NULL REFERENCES record(id),
  village TEXT NOT NULL, subject TEXT NOT NULL, document TEXT, document_digest TEXT, line_ids TEXT NOT NULL,
  raised_by TEXT NOT NULL, channel TEXT NOT NULL, statement TEXT NOT NULL, claimed_fen BIGINT,
  raised_on TEXT NOT NULL, author TEXT NOT NULL, heads TEXT NOT NULL, raised_at BIGINT NOT NULL,
  version INTEGER NOT NULL, state TEXT NOT NULL, due_on TEXT, handler TEXT REFERENCES person(id), finding TEXT,
  resulting TEXT, resulting_digest TEXT, told_on TEXT, satisfied TEXT);
CREATE INDEX dispute_household ON dispute(household, state);
CREATE INDEX dispute_village ON dispute(village, state);
CREATE TABLE dispute_event (
  record TEXT NOT NULL REFERENCES dispute(record), version INTEGER NOT NULL, step TEXT, state TEXT NOT NULL,
  person TEXT NOT NULL, at BIGINT NOT NULL, text TEXT,
  PRIMARY KEY (record, version));
