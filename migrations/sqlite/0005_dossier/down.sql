DROP TABLE document;
DROP TABLE project;
DROP TABLE measure;
DROP TABLE income_item;
DROP TABLE income;
DROP TABLE catalogue;
