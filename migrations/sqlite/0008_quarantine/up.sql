-- What a leader decided about an item that was not stored: `released` or `dismissed`, and why.
ALTER TABLE quarantine ADD COLUMN settled_by TEXT;
ALTER TABLE quarantine ADD COLUMN outcome TEXT;
ALTER TABLE quarantine ADD COLUMN reason TEXT;
