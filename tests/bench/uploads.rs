//! What bringing photos costs: our server (SHA-256, fsync, database) against nginx storing the same bodies by
//! WebDAV PUT and `@tus/server` of npm, in one run, interleaved, over loopback.
//!
//! `cargo x bench uploads`. CPU seconds are those of each server's whole process tree.
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use bidao_schema::api::person::Role;
use bidao_server::ctx::{Clock as _, SystemClock};
use bidao_server::store::Location;
use bidao_tests::app::{TestApp, TestPhone, VILLAGE};
use bidao_tests::measure::{spread, tree_cpu};
use bidao_tests::process::Process;
use rand::rngs::StdRng;
use rand::{RngCore as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};

/// Bytes of a photo.
const BYTES: usize = 300_000;
/// Phones that send at once.
const LINES: usize = 4;
/// Photos of one line in one round.
const PHOTOS: usize = 100;
/// Rounds of each server.
const ROUNDS: usize = 5;

/// A server under measurement.
trait Peer {
    fn name(&self) -> &'static str;
    fn pid(&self) -> u32;
    fn address(&self) -> String;
    /// The head of the request that brings a whole photo, without its length.
    fn head(&self, line: usize, digest: &str) -> String;
    /// Looks at what lies on the disk after the last round.
    fn check(&self, _digest: &str) {}
}

struct Ours {
    server: Process,
    tokens: Vec<TestPhone>,
    app: TestApp,
}

impl Peer for Ours {
    fn name(&self) -> &'static str {
        "bidao: SHA-256, fsync, SQLite"
    }
    fn pid(&self) -> u32 {
        self.server.pid()
    }
    fn address(&self) -> String {
        self.server.url.trim_start_matches("http://").to_owned()
    }
    fn head(&self, line: usize, digest: &str) -> String {
        let token = self.tokens[line].client.token().expect("a phone has one").to_owned();
        format!(
            "PATCH /api/v1/files/{digest} HTTP/1.1\r\nAuthorization: Bearer {token}\r\nTus-Resumable: 1.0.0\r\n\
             Upload-Offset: 0\r\nUpload-Length: {BYTES}\r\nContent-Type: application/offset+octet-stream\r\n"
        )
    }
    fn check(&self, digest: &str) {
        let stored = self.app.app.files.read_original(digest).expect("read");
        assert_eq!(stored.map(|bytes| bytes.len()), Some(BYTES));
    }
}

/// A program with an address; killed when dropped.
struct Program {
    name: &'static str,
    child: Child,
    address: String,
}

impl Drop for Program {
    fn drop(&mut self) {
        // nginx ends its workers when asked to, not when killed.
        let pid = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let _ = self.child.wait();
    }
}

impl Peer for Program {
    fn name(&self) -> &'static str {
        self.name
    }
    fn pid(&self) -> u32 {
        self.child.id()
    }
    fn address(&self) -> String {
        self.address.clone()
    }
    fn head(&self, _line: usize, digest: &str) -> String {
        if self.name.starts_with("nginx") {
            return format!("PUT /files/{digest} HTTP/1.1\r\n");
        }
        format!(
            "POST /files HTTP/1.1\r\nTus-Resumable: 1.0.0\r\nUpload-Length: {BYTES}\r\n\
             Content-Type: application/offset+octet-stream\r\n"
        )
    }
}

fn ours(folder: &Path) -> Ours {
    let location = Location::File(folder.join("bidao.db"));
    let app = TestApp::without_server(location.clone(), SystemClock.now());
    let phones = (0..LINES).map(|_| app.phone(&app.person("队员", Role::TeamMember, VILLAGE)));
    let tokens = phones.collect();
    Ours { server: Process::serve(&location), tokens, app }
}

/// A port that is free now.
fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback");
    listener.local_addr().expect("an address").port()
}

fn nginx(folder: &Path) -> Option<Program> {
    let port = free_port();
    std::fs::create_dir_all(folder.join("files")).expect("a folder");
    let root = folder.display();
    let config = format!(
        "daemon off; pid {root}/nginx.pid; error_log {root}/error.log; worker_processes auto;\n\
         {user}\nevents {{}}\nhttp {{ access_log off; client_max_body_size 1m; keepalive_requests 100000;\n\
         client_body_temp_path {root}/body; fastcgi_temp_path {root}/f; proxy_temp_path {root}/p;\n\
         scgi_temp_path {root}/s; uwsgi_temp_path {root}/u;\n\
         server {{ listen 127.0.0.1:{port}; root {root}; location /files/ {{ dav_methods PUT; }} }} }}\n",
        user = if is_root() { "user root;" } else { "" },
    );
    let path = folder.join("nginx.conf");
    std::fs::write(&path, config).expect("write");
    let child = Command::new("/usr/sbin/nginx").arg("-c").arg(&path).stderr(Stdio::null()).spawn().ok()?;
    Some(Program { name: "nginx: WebDAV PUT, no fsync", child, address: format!("127.0.0.1:{port}") })
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}

fn tus(folder: &Path) -> Option<Program> {
    let install = ["install", "--no-audit", "--no-fund", "--silent", "@tus/server@2", "@tus/file-store@2"];
    std::fs::write(folder.join("package.json"), "{\"type\":\"module\"}").expect("write");
    let installed = Command::new("npm").args(install).current_dir(folder).status();
    if !installed.is_ok_and(|status| status.success()) {
        return None;
    }
    let script = "import {Server} from '@tus/server'; import {FileStore} from '@tus/file-store';\n\
        const s = new Server({path: '/files', datastore: new FileStore({directory: './files'})});\n\
        const l = s.listen({host: '127.0.0.1', port: 0}, () => console.log(l.address().port));\n";
    std::fs::write(folder.join("server.js"), script).expect("write");
    let mut node = Command::new("node");
    node.arg("server.js").current_dir(folder).stdout(Stdio::piped());
    let mut child = node.spawn().ok()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take()?).read_line(&mut line).ok()?;
    Some(Program {
        name: "@tus/server: no hash, no fsync",
        child,
        address: format!("127.0.0.1:{}", line.trim()),
    })
}

/// Connects, also while the server is still starting.
fn connect(address: &str) -> TcpStream {
    let attempts = (0..1_000_000).find_map(|_| TcpStream::connect(address).ok());
    let line = attempts.expect("the server listens");
    line.set_nodelay(true).expect("a socket");
    line
}

/// Sends one photo and reads the answer; a line that the server closes is opened anew, as a phone would.
fn send(line: &mut BufReader<TcpStream>, host: &str, head: &str, photo: &[u8]) {
    let head = format!("{head}Host: {host}\r\nContent-Length: {}\r\n\r\n", photo.len());
    let sent = line.get_mut().write_all(head.as_bytes()).and_then(|()| line.get_mut().write_all(photo));
    let (mut status, mut length, mut closes, mut is_chunked) = (String::new(), 0, false, false);
    line.read_line(&mut status).expect("an answer");
    assert!(sent.is_ok() && (status.contains(" 201 ") || status.contains(" 204 ")), "{sent:?} {status}");
    loop {
        let mut header = String::new();
        line.read_line(&mut header).expect("a header");
        let header = header.trim().to_lowercase();
        if header.is_empty() {
            break;
        }
        closes |= header == "connection: close";
        is_chunked |= header == "transfer-encoding: chunked";
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
    }
    line.take(length).read_to_end(&mut Vec::new()).expect("a body");
    if is_chunked {
        // No answer here has a body: the end mark and an empty line.
        let mut end = [0; 5];
        line.read_exact(&mut end).expect("an end");
        assert_eq!(&end, b"0\r\n\r\n");
    }
    if closes {
        *line = BufReader::new(connect(host));
    }
}

/// MB/s of this disk for the same bytes without any server: hashed, written, made durable, renamed, made durable.
fn floor(folder: &Path, photos: &[Vec<(String, Vec<u8>)>]) -> f64 {
    let began = SystemClock.now();
    std::thread::scope(|scope| {
        for photo in photos {
            scope.spawn(move || {
                for (digest, bytes) in photo {
                    assert_eq!(*digest, bidao_sync::ids::to_hex(&Sha256::digest(bytes)));
                    let part = folder.join(format!("{digest}.part"));
                    let mut file = std::fs::File::create(&part).expect("a file");
                    file.write_all(bytes).and_then(|()| file.sync_all()).expect("written");
                    std::fs::rename(&part, folder.join(digest)).expect("renamed");
                    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).expect("durable");
                }
            });
        }
    });
    megabytes_a_second(SystemClock.now() - began)
}

fn megabytes_a_second(millis: i64) -> f64 {
    (LINES * PHOTOS * BYTES) as f64 / 1000.0 / millis.max(1) as f64
}

/// MB/s and seconds of CPU of one round.
fn round(peer: &dyn Peer, photos: &[Vec<(String, Vec<u8>)>]) -> (f64, f64) {
    let (pid, address) = (peer.pid(), peer.address());
    let mut lines: Vec<_> = photos.iter().map(|_| BufReader::new(connect(&address))).collect();
    let heads: Vec<Vec<String>> = photos
        .iter()
        .enumerate()
        .map(|(line, photos)| photos.iter().map(|(digest, _)| peer.head(line, digest)).collect())
        .collect();
    let (cpu, began) = (tree_cpu(pid), SystemClock.now());
    std::thread::scope(|scope| {
        for ((line, photos), heads) in lines.iter_mut().zip(photos).zip(&heads) {
            let address = &address;
            scope.spawn(move || {
                for ((_, photo), head) in photos.iter().zip(heads) {
                    send(line, address, head, photo);
                }
            });
        }
    });
    (megabytes_a_second(SystemClock.now() - began), tree_cpu(pid) - cpu)
}

fn photos(rng: &mut StdRng) -> Vec<Vec<(String, Vec<u8>)>> {
    let photo = |rng: &mut StdRng| {
        let mut bytes = vec![0; BYTES];
        rng.fill_bytes(&mut bytes);
        (bidao_sync::ids::to_hex(&Sha256::digest(&bytes)), bytes)
    };
    (0..LINES).map(|_| (0..PHOTOS).map(|_| photo(rng)).collect()).collect()
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| {
        let place = folder.path().join(name);
        std::fs::create_dir_all(&place).expect("a folder");
        place
    };
    let mut peers: Vec<Box<dyn Peer>> = vec![Box::new(ours(&place("bidao")))];
    match nginx(&place("nginx")) {
        Some(peer) => peers.push(Box::new(peer)),
        None => println!("nginx is missing: apt-get install nginx-light"),
    }
    match tus(&place("tus")) {
        Some(peer) => peers.push(Box::new(peer)),
        None => println!("@tus/server cannot be installed: Node, npm and its registry are needed"),
    }
    let mut rng = StdRng::seed_from_u64(3);
    let mut measured = vec![(Vec::new(), Vec::new()); peers.len()];
    let (disk, mut floors) = (place("disk"), Vec::new());
    for number in 0..=ROUNDS {
        let photos = photos(&mut rng);
        for (peer, (walls, cpus)) in peers.iter().zip(&mut measured) {
            let (speed, cpu) = round(peer.as_ref(), &photos);
            // The first round warms up.
            if number > 0 {
                walls.push(speed);
                cpus.push(cpu * 1000.0 / (LINES * PHOTOS) as f64);
            }
        }
        floors.push(floor(&disk, &photos));
        peers[0].check(&photos[0][0].0);
    }
    println!(
        "{LINES} lines, {} photos of {BYTES} bytes a round, {ROUNDS} rounds; min / median / max",
        LINES * PHOTOS
    );
    let sums: Vec<_> = measured.iter_mut().map(|(walls, cpus)| (spread(walls), spread(cpus))).collect();
    for (peer, (speed, cpu)) in peers.iter().zip(&sums) {
        println!("  {:32} MB/s {speed}   CPU s per 1,000 {cpu}", peer.name());
    }
    println!("  {:32} MB/s {}", "no server: SHA-256, fsync twice", spread(&mut floors));
    for (peer, (speed, cpu)) in peers.iter().zip(&sums).skip(1) {
        println!(
            "  against {:24} its throughput is {:.2} × ours, our CPU is {:.2} × its",
            peer.name(),
            speed.median / sums[0].0.median,
            sums[0].1.median / cpu.median
        );
    }
    println!("  (aim: nginx's throughput at most 1.5 × ours; ours at most 0.9 CPU s per 1,000)");
}
