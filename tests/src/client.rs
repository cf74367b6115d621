//! A client of the real HTTP interface, that answers status and JSON instead of failing on a problem.

use std::net::TcpStream;

use serde_json::Value;

/// Someone who asks the server.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    base: String,
    token: Option<String>,
}

/// What the server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers, lower-case names.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; null when it is not.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The problem's stable code, or nothing.
    #[must_use]
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The first header of a name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// The JSON of a 200.
    ///
    /// # Panics
    /// Another status.
    #[must_use]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }
}

impl Client {
    /// A client of `http://address` without a token.
    #[must_use]
    pub fn new(base: impl Into<String>) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        Self { agent: config.into(), base: base.into(), token: None }
    }

    /// The bearer token.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The same with a bearer token.
    #[must_use]
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self { token: Some(token.into()), ..self.clone() }
    }

    /// The same towards another address.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.into(), ..self.clone() }
    }

    /// GET.
    #[must_use]
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], &[])
    }

    /// POST of JSON.
    #[must_use]
    pub fn post(&self, path: &str, body: &impl serde::Serialize) -> Answer {
        let body = serde_json::to_vec(body).expect("a test's body is JSON");
        self.send("POST", path, &[("content-type", "application/json")], &body)
    }

    /// Any request.
    ///
    /// # Panics
    /// The server does not answer at all.
    #[must_use]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.try_send(method, path, headers, body).expect("the server answers")
    }

    /// Any request to a server that may die meanwhile.
    ///
    /// # Errors
    /// No whole answer came.
    ///
    /// # Panics
    /// The request is malformed.
    pub fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer, ureq::Error> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(body.to_vec()).expect("a well-formed request");
        let mut response = self.agent.run(request)?;
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
            .collect();
        let body = response.body_mut().with_config().limit(64 << 20).read_to_vec()?;
        Ok(Answer { status: response.status().as_u16(), headers, body })
    }

    /// Sends only the beginning of a body of `length` bytes, then nothing more; the status of what is answered to
    /// that, if anything is.
    ///
    /// # Panics
    /// The server cannot be reached.
    pub fn send_cut(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        length: usize,
        part: &[u8],
    ) -> Option<u16> {
        use std::io::BufRead as _;
        let line = self.begin(method, path, headers, length, part);
        line.shutdown(std::net::Shutdown::Write).ok()?;
        let mut answer = String::new();
        // A connection that is reset has no answer.
        let _ = std::io::BufReader::new(line).read_line(&mut answer);
        answer.split(' ').nth(1)?.parse().ok()
    }

    /// Sends the beginning of a body of `length` bytes and leaves the line open.
    ///
    /// # Panics
    /// The server cannot be reached.
    #[must_use]
    pub fn begin(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        length: usize,
        part: &[u8],
    ) -> TcpStream {
        use std::io::Write as _;
        let address = self.base.trim_start_matches("http://");
        let mut line = TcpStream::connect(address).expect("the server listens");
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {length}\r\n");
        if let Some(token) = &self.token {
            head.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        // A server that has answered already may have closed the line.
        let _ = line.write_all(head.as_bytes()).and_then(|()| line.write_all(part));
        line
    }

    /// The lines of an answer that does not end.
    ///
    /// # Panics
    /// The server does not answer with 200.
    pub fn stream(&self, path: &str) -> impl Iterator<Item = String> + use<> {
        use std::io::BufRead as _;
        let mut request = ureq::http::Request::builder().uri(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(()).expect("a well-formed request");
        let response = self.agent.run(request).expect("the server answers");
        assert_eq!(response.status().as_u16(), 200);
        std::io::BufReader::new(response.into_body().into_reader()).lines().map_while(Result::ok)
    }
}
