-- Who: areas, persons, their dated assignments, accounts.
CREATE TABLE area (
  code TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, level TEXT NOT NULL, parent TEXT);
CREATE TABLE person (
  id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, created_at BIGINT NOT NULL);
CREATE TABLE assignment (
  id TEXT PRIMARY KEY NOT NULL, person TEXT NOT NULL REFERENCES person(id), role TEXT NOT NULL,
  area TEXT NOT NULL REFERENCES area(code), valid_from TEXT NOT NULL, valid_to TEXT);
CREATE INDEX assignment_person ON assignment(person);
CREATE INDEX assignment_area ON assignment(area);
CREATE TABLE team (
  number TEXT PRIMARY KEY NOT NULL, village TEXT NOT NULL REFERENCES area(code), name TEXT NOT NULL);
CREATE TABLE pairing (
  id TEXT PRIMARY KEY NOT NULL, helper TEXT NOT NULL REFERENCES person(id), household TEXT NOT NULL,
  basis TEXT NOT NULL, is_primary BOOLEAN NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT);
CREATE INDEX pairing_helper ON pairing(helper);
CREATE INDEX pairing_household ON pairing(household);
CREATE TABLE leave (
  id TEXT PRIMARY KEY NOT NULL, person TEXT NOT NULL REFERENCES person(id), from_on TEXT NOT NULL,
  to_on TEXT NOT NULL, kind TEXT NOT NULL, approved_by TEXT NOT NULL);
CREATE INDEX leave_person ON leave(person);
CREATE TABLE account (
  name TEXT PRIMARY KEY NOT NULL, person TEXT NOT NULL REFERENCES person(id), password_hash TEXT NOT NULL,
  failures INTEGER NOT NULL, locked_until BIGINT NOT NULL, created_at BIGINT NOT NULL);
CREATE TABLE poverty_line (year INTEGER PRIMARY KEY NOT NULL, fen BIGINT NOT NULL);
CREATE TABLE setting (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL);

-- With what: devices, sessions.
CREATE TABLE device (
  id TEXT PRIMARY KEY NOT NULL, person TEXT NOT NULL REFERENCES person(id), name TEXT NOT NULL,
  public_key BYTEA NOT NULL, state TEXT NOT NULL, app_version TEXT NOT NULL, enrolled_at BIGINT NOT NULL,
  revoked_at BIGINT, last_sync_at BIGINT, unsynced INTEGER NOT NULL);
CREATE INDEX device_person ON device(person);
CREATE TABLE enrol_code (
  code_hash TEXT PRIMARY KEY NOT NULL, person TEXT NOT NULL REFERENCES person(id), made_by TEXT NOT NULL,
  expires_at BIGINT NOT NULL, used_at BIGINT);
CREATE TABLE session (
  id TEXT PRIMARY KEY NOT NULL, account TEXT NOT NULL REFERENCES account(name), device TEXT,
  public_key BYTEA NOT NULL, started_at BIGINT NOT NULL, revoked_at BIGINT);
CREATE TABLE refresh_token (
  token_hash TEXT PRIMARY KEY NOT NULL, session TEXT NOT NULL REFERENCES session(id),
  issued_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT);
CREATE INDEX refresh_token_session ON refresh_token(session);
CREATE TABLE proof (id TEXT PRIMARY KEY NOT NULL, seen_at BIGINT NOT NULL);

-- What: records, the changes they consist of, and the batches that brought them.
CREATE TABLE record (
  id TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, form TEXT NOT NULL, area TEXT NOT NULL,
  household TEXT, title TEXT NOT NULL, author TEXT NOT NULL, created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, heads TEXT NOT NULL, document BYTEA NOT NULL, version BIGINT NOT NULL,
  findings TEXT NOT NULL, blocking INTEGER NOT NULL, conflicts INTEGER NOT NULL,
  review TEXT NOT NULL, submitted_at BIGINT, reviewed_heads TEXT, remark TEXT);
CREATE INDEX record_area ON record(area, kind);
CREATE INDEX record_household ON record(household);
CREATE INDEX record_review ON record(review);
-- Two records made in one second with the same content begin with the same change: the hash alone names no row.
CREATE TABLE change (
  hash TEXT NOT NULL, record TEXT NOT NULL REFERENCES record(id), position BIGINT NOT NULL,
  actor TEXT NOT NULL, seq BIGINT NOT NULL, device TEXT NOT NULL, person TEXT NOT NULL,
  made_at BIGINT NOT NULL, received_at BIGINT NOT NULL, item TEXT NOT NULL, bytes BYTEA NOT NULL,
  PRIMARY KEY (hash, record));
CREATE UNIQUE INDEX change_record ON change(record, position);
CREATE UNIQUE INDEX change_actor ON change(record, actor, seq);
CREATE INDEX change_device ON change(device);
CREATE TABLE batch (
  actor TEXT NOT NULL, number BIGINT NOT NULL, device TEXT NOT NULL, carrier TEXT NOT NULL,
  manifest BYTEA NOT NULL, signature BYTEA NOT NULL, received_at BIGINT NOT NULL, receipt BYTEA NOT NULL,
  PRIMARY KEY (actor, number));
CREATE TABLE held (
  item TEXT PRIMARY KEY NOT NULL, device TEXT NOT NULL, actor TEXT NOT NULL, number BIGINT NOT NULL,
  record TEXT NOT NULL, missing TEXT NOT NULL, edit BYTEA NOT NULL, payload BYTEA NOT NULL,
  received_at BIGINT NOT NULL);
CREATE INDEX held_record ON held(record);
CREATE INDEX held_device ON held(device);
CREATE TABLE quarantine (
  item TEXT PRIMARY KEY NOT NULL, device TEXT NOT NULL, actor TEXT NOT NULL, number BIGINT NOT NULL,
  record TEXT NOT NULL, status TEXT NOT NULL, code TEXT NOT NULL, detail TEXT NOT NULL, edit BYTEA NOT NULL,
  payload BYTEA NOT NULL, received_at BIGINT NOT NULL, settled_at BIGINT);
CREATE INDEX quarantine_device ON quarantine(device);

-- In which order the server accepted things, per area.
CREATE TABLE area_counter (area TEXT PRIMARY KEY NOT NULL, seq BIGINT NOT NULL, chain BYTEA NOT NULL);
CREATE TABLE feed (
  area TEXT NOT NULL, seq BIGINT NOT NULL, record TEXT NOT NULL, household TEXT, what TEXT NOT NULL,
  change TEXT, data BYTEA NOT NULL, chain BYTEA NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (area, seq));
CREATE INDEX feed_record ON feed(record);

-- What disagrees, what was decided.
CREATE TABLE conflict (
  id TEXT PRIMARY KEY NOT NULL, record TEXT NOT NULL REFERENCES record(id), path TEXT NOT NULL,
  disagreeing TEXT NOT NULL, ancestor TEXT NOT NULL, state TEXT NOT NULL, opened_at BIGINT NOT NULL,
  resolved_at BIGINT, resolved_by TEXT, reason TEXT);
CREATE INDEX conflict_record ON conflict(record);
CREATE INDEX conflict_state ON conflict(state);
CREATE TABLE review_event (
  id TEXT PRIMARY KEY NOT NULL, record TEXT NOT NULL REFERENCES record(id), state TEXT NOT NULL,
  person TEXT NOT NULL, at BIGINT NOT NULL, heads TEXT NOT NULL, remark TEXT);
CREATE INDEX review_event_record ON review_event(record);

-- Projections for the duty report, made on arrival.
CREATE TABLE trip (
  record TEXT PRIMARY KEY NOT NULL REFERENCES record(id), person TEXT NOT NULL, village TEXT NOT NULL,
  occurred_on TEXT NOT NULL, month TEXT NOT NULL, lodged BOOLEAN NOT NULL, received_at BIGINT NOT NULL);
CREATE INDEX trip_month ON trip(month, village);
CREATE TABLE visit (
  record TEXT PRIMARY KEY NOT NULL REFERENCES record(id), person TEXT NOT NULL, household TEXT NOT NULL,
  trip TEXT NOT NULL, village TEXT NOT NULL, occurred_on TEXT NOT NULL, month TEXT NOT NULL,
  visit_type TEXT NOT NULL, met TEXT NOT NULL, activities TEXT NOT NULL, received_at BIGINT NOT NULL);
CREATE INDEX visit_month ON visit(month, village);
CREATE INDEX visit_trip ON visit(trip);
CREATE TABLE stay (
  record TEXT PRIMARY KEY NOT NULL REFERENCES record(id), person TEXT NOT NULL, village TEXT NOT NULL,
  occurred_on TEXT NOT NULL, month TEXT NOT NULL, lodged BOOLEAN NOT NULL, received_at BIGINT NOT NULL);
CREATE INDEX stay_month ON stay(month, village);
CREATE TABLE difficulty (
  record TEXT PRIMARY KEY NOT NULL REFERENCES record(id), household TEXT NOT NULL, village TEXT NOT NULL,
  raised_month TEXT NOT NULL, solved_month TEXT, state TEXT NOT NULL, confirmed TEXT NOT NULL);
CREATE INDEX difficulty_raised ON difficulty(raised_month, village);
CREATE INDEX difficulty_solved ON difficulty(solved_month, village);

-- Who did what, chained.
CREATE TABLE audit (
  seq BIGINT PRIMARY KEY NOT NULL, at BIGINT NOT NULL, person TEXT NOT NULL, device TEXT NOT NULL,
  action TEXT NOT NULL, object TEXT NOT NULL, detail TEXT NOT NULL, previous BYTEA NOT NULL,
  hash BYTEA NOT NULL);
CREATE TABLE audit_head (id INTEGER PRIMARY KEY NOT NULL, seq BIGINT NOT NULL, hash BYTEA NOT NULL);
