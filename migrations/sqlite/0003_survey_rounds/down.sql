DROP INDEX visit_survey;
ALTER TABLE visit DROP COLUMN outcome;
DROP TABLE household;
DROP TABLE survey_listed;
DROP TABLE survey_ground;
DROP TABLE survey_member;
DROP TABLE survey_group;
DROP TABLE survey_round;
