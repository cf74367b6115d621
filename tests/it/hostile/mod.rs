//! Clients that mean no good: bytes that are no HTTP, lines that stall, streams without end, text that wants into the
//! log. The server answers once, closes, and goes on serving everybody else.

mod line;
mod log;
mod shapes;
mod slow;
mod streams;
mod unread;
