//! How records travel and merge.
