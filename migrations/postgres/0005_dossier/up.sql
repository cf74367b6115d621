-- What counts as income: versions the operator loaded, each kept as it was read.
CREATE TABLE catalogue (
  version INTEGER PRIMARY KEY NOT NULL, effective_from TEXT NOT NULL, body TEXT NOT NULL,
  loaded_at BIGINT NOT NULL);

-- What dossiers and registers count of a household's file, projected from its records. Empty where nothing, or more
-- than one thing, is said.
CREATE TABLE income (
  record TEXT PRIMARY KEY NOT NULL REFERENCES record(id), household TEXT NOT NULL, village TEXT NOT NULL,
  month TEXT NOT NULL, persons INTEGER NOT NULL);
CREATE INDEX income_month ON income(month, household);
-- This one and `income_item_sum` hold all that a district is added up from: its years are read from them alone.
CREATE INDEX income_household ON income(household, month, persons, record);
-- Lines of a statement that stand, by item, in fen. What of it counts is asked of a catalogue when it is added up, so
-- that a new catalogue rewrites nothing.
CREATE TABLE income_item (
  record TEXT NOT NULL REFERENCES record(id), item TEXT NOT NULL, category TEXT NOT NULL, household TEXT NOT NULL,
  month TEXT NOT NULL, amount BIGINT NOT NULL, estimated BIGINT NOT NULL,
  PRIMARY KEY (record, item));
CREATE INDEX income_item_sum ON income_item(household, month, category, item, amount, estimated, record);
CREATE TABLE measure (
  record TEXT PRIMARY KEY NOT NULL REFERENCES record(id), household TEXT NOT NULL, village TEXT NOT NULL,
  measure_type TEXT NOT NULL, is_primary BOOLEAN NOT NULL, planned_for_year INTEGER NOT NULL,
  outcome TEXT NOT NULL);
CREATE INDEX measure_year ON measure(planned_for_year, household);
CREATE TABLE project (
  record TEXT PRIMARY KEY NOT NULL REFERENCES record(id), household TEXT NOT NULL, village TEXT NOT NULL);
CREATE INDEX project_household ON project(household);
-- Ledgers, cards and agreements. `period`: the year, or the day agreed on; `valid_to`: last day, empty for no end.
CREATE TABLE document (
  record TEXT PRIMARY KEY NOT NULL REFERENCES record(id), kind TEXT NOT NULL, household TEXT NOT NULL,
  village TEXT NOT NULL, period TEXT NOT NULL, valid_to TEXT NOT NULL);
CREATE INDEX document_period ON document(kind, period);
CREATE INDEX document_household ON document(household);
