//! TLS as a browser meets it: the certificate is checked, HTTP/2 is agreed on, a renewed certificate needs no restart.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use bidao_server::http::tls::Certificate;
use bidao_server::store::Location;
use bidao_tests::app::TestApp;
use bidao_tests::clock::START;
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion};

type Line = StreamOwned<ClientConnection, TcpStream>;

fn issue(folder: &Path) -> CertifiedKey<KeyPair> {
    let issued = generate_simple_self_signed(["localhost".into()]).expect("a certificate");
    std::fs::write(folder.join("chain.pem"), issued.cert.pem()).expect("written");
    std::fs::write(folder.join("key.pem"), issued.signing_key.serialize_pem()).expect("written");
    issued
}

fn open(folder: &Path) -> bidao_server::error::Result<Certificate> {
    Certificate::open(folder.join("chain.pem"), folder.join("key.pem"))
}

fn serving(folder: &Path) -> TestApp {
    let certificate = Arc::new(open(folder).expect("a pair"));
    TestApp::prepared(Location::Memory, START, |app| app.certificate = Some(certificate))
}

/// A line to the server that trusts one certificate; the handshake is done.
fn connect(
    app: &TestApp,
    trusted: &CertifiedKey<KeyPair>,
    version: &'static SupportedProtocolVersion,
    speaks: &[&[u8]],
) -> std::io::Result<Line> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.cert.der().clone()).expect("a root");
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[version])
        .expect("a version")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = speaks.iter().map(|name| name.to_vec()).collect();
    let name = ServerName::try_from("localhost").expect("a name");
    let connection = ClientConnection::new(Arc::new(config), name).expect("a client");
    let address = app.url().trim_start_matches("http://").to_owned();
    let mut line = StreamOwned::new(connection, TcpStream::connect(address)?);
    line.conn.complete_io(&mut line.sock)?;
    Ok(line)
}

#[test]
fn a_page_over_tls_says_that_it_is_never_asked_for_without() {
    let folder = tempfile::tempdir().expect("a folder");
    let issued = issue(folder.path());
    let app = serving(folder.path());
    for version in [&TLS12, &TLS13] {
        let mut line = connect(&app, &issued, version, &[b"http/1.1"]).expect("trusted");
        line.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .expect("asked");
        let mut answer = Vec::new();
        // An end without a TLS close is the server's way.
        let _ = line.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).to_lowercase();
        assert!(answer.starts_with("http/1.1 200"), "{answer}");
        assert!(answer.contains("strict-transport-security: max-age=31536000"), "{answer}");
    }
}

#[test]
fn http_2_is_agreed_on_and_spoken() {
    let folder = tempfile::tempdir().expect("a folder");
    let issued = issue(folder.path());
    let app = serving(folder.path());
    let mut line = connect(&app, &issued, &TLS13, &[b"h2", b"http/1.1"]).expect("trusted");
    assert_eq!(line.conn.alpn_protocol(), Some(&b"h2"[..]));
    // The preface and an empty SETTINGS frame (RFC 9113 §3.4); the server's SETTINGS come back, of type 4 on stream 0.
    line.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").expect("asked");
    let mut frame = [0; 9];
    line.read_exact(&mut frame).expect("a frame");
    assert_eq!((frame[3], &frame[5..]), (4, &[0; 4][..]));
}

#[test]
fn a_renewed_certificate_is_shown_at_once_and_half_of_one_never() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = issue(folder.path());
    let app = serving(folder.path());
    let key = std::fs::read(folder.path().join("key.pem")).expect("a key");
    let new = issue(folder.path());
    let renewed = std::fs::read(folder.path().join("key.pem")).expect("a key");
    std::fs::write(folder.path().join("key.pem"), key).expect("written");
    assert!(
        connect(&app, &old, &TLS13, &[]).is_ok(),
        "the chain is new and the key is not: the old pair is shown"
    );
    std::fs::write(folder.path().join("key.pem"), renewed).expect("written");
    assert!(connect(&app, &new, &TLS13, &[]).is_ok(), "the renewed pair is shown");
    assert!(connect(&app, &old, &TLS13, &[]).is_err(), "the old one is not");
    std::fs::remove_file(folder.path().join("chain.pem")).expect("removed");
    assert!(connect(&app, &new, &TLS13, &[]).is_ok(), "a file that is gone ends nothing");
}

#[test]
fn a_server_without_a_usable_pair_says_which_file_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let _ = issue(folder.path());
    let (chain, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    let said = |argument: &str| {
        let error = open(folder.path()).expect_err("refused").to_string();
        assert!(error.starts_with(argument), "{error}");
    };
    std::fs::write(&key, KeyPair::generate().expect("a key").serialize_pem()).expect("written");
    said("tls-key: does not go with the certificate");
    std::fs::write(&key, "no key").expect("written");
    said("tls-key: ");
    std::fs::write(&chain, "no certificate").expect("written");
    said("tls-cert: ");
}

#[test]
fn a_plain_line_does_not_speak_of_tls() {
    let app = TestApp::prepared(Location::Memory, START, |_| ());
    assert_eq!(app.anyone.get("/healthz").header("strict-transport-security"), None);
}
