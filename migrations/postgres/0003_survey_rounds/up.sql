-- Survey rounds: who goes from house to house where, and which houses were on the list at the start.
CREATE TABLE survey_round (
  id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, area TEXT NOT NULL, from_on TEXT NOT NULL,
  to_on TEXT NOT NULL, form TEXT NOT NULL, criteria TEXT NOT NULL, opened_by TEXT NOT NULL,
  opened_at BIGINT NOT NULL, closed_at BIGINT);
CREATE INDEX survey_round_area ON survey_round(area);
CREATE TABLE survey_group (
  round TEXT NOT NULL REFERENCES survey_round(id), position INTEGER NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (round, position));
CREATE TABLE survey_member (
  round TEXT NOT NULL REFERENCES survey_round(id), position INTEGER NOT NULL,
  person TEXT NOT NULL REFERENCES person(id),
  PRIMARY KEY (round, position, person));
-- `group_name` is empty for what is left of the village.
CREATE TABLE survey_ground (
  round TEXT NOT NULL REFERENCES survey_round(id), village TEXT NOT NULL REFERENCES area(code),
  group_name TEXT NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (round, village, group_name));
CREATE TABLE survey_listed (
  round TEXT NOT NULL REFERENCES survey_round(id), household TEXT NOT NULL REFERENCES record(id),
  PRIMARY KEY (round, household));

-- What surveys and registers count of a household, projected from its content. Empty where nothing, or more than
-- one thing, is said.
CREATE TABLE household (
  record TEXT PRIMARY KEY NOT NULL REFERENCES record(id), village TEXT NOT NULL, group_name TEXT NOT NULL,
  in_system TEXT NOT NULL, severity TEXT NOT NULL, main_cause TEXT NOT NULL, persons INTEGER NOT NULL);
CREATE INDEX household_village ON household(village);
ALTER TABLE visit ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
CREATE INDEX visit_survey ON visit(visit_type, village, occurred_on);

-- What families are recognised by: keyed hashes of ID numbers, of names and birth dates. `kind`: id, head or member.
CREATE TABLE household_key (
  record TEXT NOT NULL REFERENCES record(id), kind TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (record, kind, value));
CREATE INDEX household_key_value ON household_key(kind, value);
-- What a leader said of two records that may be one family; `one` < `other`, `kept` is one of them.
CREATE TABLE duplicate (
  one TEXT NOT NULL REFERENCES record(id), other TEXT NOT NULL REFERENCES record(id), verdict TEXT NOT NULL,
  kept TEXT, settled_by TEXT NOT NULL, settled_at BIGINT NOT NULL,
  PRIMARY KEY (one, other));
