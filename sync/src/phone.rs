//! The phone's side: outbox, seals, receipts, pull. Stub while the rest compiles.
