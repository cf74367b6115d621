//! What HTTP needs and the domain does not know: problems, principals, request ids, bodies, assets.

pub mod assets;
pub mod body;
pub mod extract;
pub mod hashing;
pub mod pace;
pub mod patience;
pub mod principal;
pub mod problem;
pub mod request_id;
pub mod shown;
pub mod streams;
pub mod tls;
pub mod tus;
