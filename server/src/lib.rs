//! The server of Bidao.
