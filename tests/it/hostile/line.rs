//! A connection on which anything can be sent, and what came back on it until the server closed it.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};

/// A connection.
pub struct Line(TcpStream);

/// Everything that came back.
#[derive(Debug)]
pub struct Heard {
    /// Statuses of the answers, interim ones too.
    pub statuses: Vec<u16>,
    /// The bytes as text.
    pub text: String,
}

impl Line {
    /// To the server at `http://address`.
    pub fn to(url: &str) -> Self {
        Self(TcpStream::connect(url.trim_start_matches("http://")).expect("the server listens"))
    }

    /// Sends; a server that has closed the line already is no failure.
    pub fn send(mut self, bytes: &[u8]) -> Self {
        let _ = self.0.write_all(bytes);
        self
    }

    /// Says that nothing more will come.
    pub fn end(self) -> Self {
        let _ = self.0.shutdown(Shutdown::Write);
        self
    }

    /// Reads until the server closes the line. That it does is what every caller proves.
    pub fn hear(mut self) -> Heard {
        let mut bytes = Vec::new();
        // A reset ends the line too: what came before it counts.
        let _ = self.0.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let heads = text.split("HTTP/1.1 ").skip(1);
        let statuses = heads.filter_map(|head| head.get(..3)?.parse().ok()).collect();
        Heard { statuses, text }
    }
}

/// What is answered to some bytes.
pub fn ask(url: &str, bytes: &[u8]) -> Heard {
    Line::to(url).send(bytes).hear()
}
