DROP TABLE dispute_event;
DROP TABLE dispute;
