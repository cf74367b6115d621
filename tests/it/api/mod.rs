//! The HTTP interface, noun by noun, on SQLite and PostgreSQL.

mod operation;
