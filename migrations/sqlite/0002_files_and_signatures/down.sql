ALTER TABLE record DROP COLUMN signing;
DROP TABLE attestation;
DROP TABLE file_band;
DROP TABLE file_use;
DROP TABLE upload;
DROP TABLE file;
