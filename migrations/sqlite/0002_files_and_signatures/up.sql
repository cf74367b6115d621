-- Files: content-addressed, named by the SHA-256 of their bytes. `state`: stored, ready or refused.
CREATE TABLE file (
  sha256 TEXT PRIMARY KEY NOT NULL, bytes BIGINT NOT NULL, device TEXT NOT NULL, stored_at BIGINT NOT NULL,
  state TEXT NOT NULL, kind TEXT NOT NULL, finding TEXT, detail TEXT, width INTEGER, height INTEGER,
  phash BIGINT);
CREATE INDEX file_state ON file(state);
CREATE INDEX file_device ON file(device, stored_at);
-- Uploads under way. How much of one has arrived is what the store of bytes holds.
CREATE TABLE upload (
  id TEXT PRIMARY KEY NOT NULL, sha256 TEXT, bytes BIGINT NOT NULL, device TEXT NOT NULL,
  created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL);
CREATE INDEX upload_device ON upload(device);
CREATE INDEX upload_expires ON upload(expires_at);
-- Which records refer to a file, projected from their content.
CREATE TABLE file_use (
  record TEXT NOT NULL REFERENCES record(id), path TEXT NOT NULL, sha256 TEXT NOT NULL, bytes BIGINT,
  subject TEXT, area TEXT NOT NULL, household TEXT, month TEXT NOT NULL, device TEXT NOT NULL,
  person TEXT NOT NULL, removed BOOLEAN NOT NULL,
  PRIMARY KEY (record, path));
CREATE INDEX file_use_sha256 ON file_use(sha256);
CREATE INDEX file_use_device ON file_use(device);
-- Perceptual hashes in bands: two within the wanted distance share at least one.
CREATE TABLE file_band (
  band INTEGER NOT NULL, bits INTEGER NOT NULL, sha256 TEXT NOT NULL REFERENCES file(sha256),
  PRIMARY KEY (band, bits, sha256));
CREATE INDEX file_band_sha256 ON file_band(sha256);

-- Attestations: who agreed to, or objected to, exactly which version of a record's content.
-- `actor` and `number` name the signed batch that brought it; `doubt` says why it does not count.
CREATE TABLE attestation (
  record TEXT NOT NULL REFERENCES record(id), id TEXT NOT NULL, change TEXT NOT NULL, actor TEXT NOT NULL,
  number BIGINT NOT NULL, device TEXT NOT NULL, person TEXT NOT NULL, form TEXT NOT NULL,
  digest TEXT NOT NULL, code TEXT NOT NULL, covers TEXT NOT NULL, role TEXT NOT NULL, stance TEXT NOT NULL,
  signer_name TEXT NOT NULL, signed_at BIGINT NOT NULL, received_at BIGINT NOT NULL, doubt TEXT,
  PRIMARY KEY (record, id));
CREATE INDEX attestation_code ON attestation(code);
ALTER TABLE record ADD COLUMN signing TEXT NOT NULL DEFAULT 'none';
