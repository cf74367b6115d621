ALTER TABLE record DROP COLUMN made_in;
DROP INDEX feed_moved;
DROP TABLE relocation;
