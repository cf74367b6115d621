ALTER TABLE quarantine DROP COLUMN reason;
ALTER TABLE quarantine DROP COLUMN outcome;
ALTER TABLE quarantine DROP COLUMN settled_by;
