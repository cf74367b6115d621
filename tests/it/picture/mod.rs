//! Pictures: what is shown of harmless ones, what becomes of the others, and what a child may do.

mod child;
pub mod hostile;
mod shown;
