//! A bad line in front of the server: a TCP relay that is slow, stalls, cuts connections after any byte,
//! sends requests twice and refuses to connect. Each phone has its own, with its own seed.
//!
//! Times are shortened about ten times against a real 2G line, so that a month passes in seconds.

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// Bytes before which every line that is cut breaks.
const FARTHEST_CUT: f64 = 50_000.0;

/// How bad the line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Faults {
    /// A good line.
    None,
    /// A village: about one request in six meets a fault.
    Rural,
    /// A valley in rain: about every second request.
    Harsh,
}

/// What may happen to a connection; chances are out of 1000.
#[derive(Debug, Clone)]
struct Line {
    latency_ms: Range<u64>,
    bytes_per_ms: u64,
    refuse: u32,
    cut_up: u32,
    cut_down: u32,
    duplicate: u32,
    stall: u32,
}

impl Faults {
    fn line(self) -> Line {
        match self {
            Self::None => Line {
                latency_ms: 0..1,
                bytes_per_ms: 100_000,
                refuse: 0,
                cut_up: 0,
                cut_down: 0,
                duplicate: 0,
                stall: 0,
            },
            Self::Rural => Line {
                latency_ms: 15..60,
                bytes_per_ms: 200,
                refuse: 30,
                cut_up: 50,
                cut_down: 45,
                duplicate: 30,
                stall: 40,
            },
            Self::Harsh => Line {
                latency_ms: 30..120,
                bytes_per_ms: 60,
                refuse: 100,
                cut_up: 160,
                cut_down: 140,
                duplicate: 80,
                stall: 120,
            },
        }
    }
}

/// What happened on the lines.
#[derive(Debug, Default)]
pub struct Counts {
    /// Connections.
    pub connections: AtomicU64,
    /// Bytes from phones.
    pub up: AtomicU64,
    /// Bytes to phones.
    pub down: AtomicU64,
    /// Connections refused.
    pub refused: AtomicU64,
    /// Connections cut while the phone was sending.
    pub cut_up: AtomicU64,
    /// Connections cut while the server was answering.
    pub cut_down: AtomicU64,
    /// Requests sent twice.
    pub duplicated: AtomicU64,
    /// Transfers that stood still for a while: what loss looks like above TCP.
    pub stalled: AtomicU64,
}

impl Counts {
    /// Faults of every kind.
    #[must_use]
    pub fn faults(&self) -> u64 {
        [&self.refused, &self.cut_up, &self.cut_down, &self.duplicated, &self.stalled]
            .iter()
            .map(|count| count.load(Ordering::Relaxed))
            .sum()
    }
}

fn count(counter: &AtomicU64, by: u64) {
    counter.fetch_add(by, Ordering::Relaxed);
}

/// What is decided about one connection when it begins.
#[derive(Debug, Clone)]
struct Fate {
    latency: Duration,
    bytes_per_ms: u64,
    refuse: bool,
    cut_up: Option<usize>,
    cut_down: Option<usize>,
    duplicate: bool,
    stall: Option<Duration>,
}

impl Fate {
    fn draw(line: &Line, rng: &mut StdRng) -> Self {
        let mut hit = |chance: u32| rng.random_range(0..1000) < chance;
        let (refuse, up, down) = (hit(line.refuse), hit(line.cut_up), hit(line.cut_down));
        let (duplicate, stall) = (hit(line.duplicate), hit(line.stall));
        Self {
            latency: Duration::from_millis(rng.random_range(line.latency_ms.clone())),
            bytes_per_ms: line.bytes_per_ms,
            refuse,
            cut_up: up.then(|| far(rng)),
            cut_down: down.then(|| rng.random_range(0..900)),
            duplicate,
            stall: stall.then(|| Duration::from_millis(rng.random_range(100..500))),
        }
    }
}

/// Bytes after which a line is cut: as often among the first thousand as among the next fifty.
fn far(rng: &mut StdRng) -> usize {
    FARTHEST_CUT.powf(rng.random_range(0.0..1.0)) as usize
}

/// Starts a relay to `server` on a free port of this machine; it lives as long as the runtime.
///
/// # Errors
/// No port is free.
pub async fn start(
    server: SocketAddr,
    faults: Faults,
    seed: u64,
    counts: Arc<Counts>,
) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let (line, mut rng) = (faults.line(), StdRng::seed_from_u64(seed));
    tokio::spawn(async move {
        while let Ok((phone, _)) = listener.accept().await {
            let fate = Fate::draw(&line, &mut rng);
            count(&counts.connections, 1);
            // A relay that fails is one more fault of the line.
            tokio::spawn(relay(phone, server, fate, Arc::clone(&counts)));
        }
    });
    Ok(address)
}

async fn relay(phone: TcpStream, server: SocketAddr, fate: Fate, counts: Arc<Counts>) -> std::io::Result<()> {
    if fate.refuse {
        count(&counts.refused, 1);
        return phone.set_zero_linger();
    }
    sleep(fate.latency).await;
    let upstream = TcpStream::connect(server).await?;
    upstream.set_nodelay(true)?;
    phone.set_nodelay(true)?;
    let (from_phone, to_phone) = phone.into_split();
    let (from_server, to_server) = upstream.into_split();
    let up = Pipe { from: from_phone, to: to_server, cut: fate.cut_up, stall: None, pace: fate.bytes_per_ms };
    let down = Pipe {
        from: from_server,
        to: to_phone,
        cut: fate.cut_down,
        stall: fate.stall,
        pace: fate.bytes_per_ms,
    };
    let mut sent = Vec::new();
    let ended = tokio::select! {
        // A phone that stops sending still waits for its answer: only a cut ends the connection from here.
        () = up.run_until_cut(&mut sent, &counts.up) => Ended::CutUp,
        ended = down.run(&counts.down, &counts.stalled) => ended,
    };
    match ended {
        Ended::CutUp => count(&counts.cut_up, 1),
        Ended::CutDown => count(&counts.cut_down, 1),
        Ended::Whole if fate.duplicate => {
            count(&counts.duplicated, 1);
            repeat(server, &sent).await?;
        }
        Ended::Whole | Ended::Gone => {}
    }
    Ok(())
}

/// Sends the same bytes once more and throws the answer away.
async fn repeat(server: SocketAddr, sent: &[u8]) -> std::io::Result<()> {
    let mut again = TcpStream::connect(server).await?;
    again.write_all(sent).await?;
    let mut nowhere = Vec::new();
    again.read_to_end(&mut nowhere).await?;
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Whole,
    CutUp,
    CutDown,
    Gone,
}

/// One direction of a connection.
struct Pipe {
    from: OwnedReadHalf,
    to: OwnedWriteHalf,
    cut: Option<usize>,
    stall: Option<Duration>,
    pace: u64,
}

impl Pipe {
    /// Relays and remembers what the phone sends; returns only when the line is cut, or never.
    async fn run_until_cut(mut self, sent: &mut Vec<u8>, bytes: &AtomicU64) {
        let mut buffer = [0; 4096];
        loop {
            let read = match self.from.read(&mut buffer).await {
                Ok(0) | Err(_) => std::future::pending().await,
                Ok(read) => read,
            };
            let room = self.cut.map_or(read, |cut| cut.saturating_sub(sent.len()).min(read));
            sent.extend_from_slice(&buffer[..room]);
            count(bytes, room as u64);
            // A server that is gone ends the answer's direction.
            if self.to.write_all(&buffer[..room]).await.is_err() {
                std::future::pending::<()>().await;
            }
            if room < read {
                return;
            }
            self.wait(read).await;
        }
    }

    /// Relays the answer to its end, or to the cut.
    async fn run(mut self, bytes: &AtomicU64, stalled: &AtomicU64) -> Ended {
        let (mut buffer, mut done) = ([0; 4096], 0);
        loop {
            let read = match self.from.read(&mut buffer).await {
                Ok(0) | Err(_) => return Ended::Whole,
                Ok(read) => read,
            };
            if let Some(pause) = self.stall.take() {
                count(stalled, 1);
                sleep(pause).await;
            }
            let room = self.cut.map_or(read, |cut| cut.saturating_sub(done).min(read));
            done += room;
            count(bytes, room as u64);
            if self.to.write_all(&buffer[..room]).await.is_err() {
                return Ended::Gone;
            }
            if room < read {
                return Ended::CutDown;
            }
            self.wait(read).await;
        }
    }

    async fn wait(&self, bytes: usize) {
        let millis = bytes as u64 / self.pace;
        if millis > 0 {
            sleep(Duration::from_millis(millis)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that answers every connection with the bytes it got, twice over.
    async fn doubling() -> SocketAddr {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut ask = [0; 5];
                if stream.read_exact(&mut ask).await.is_ok() {
                    stream.write_all(&[ask, ask].concat()).await.unwrap();
                }
            }
        });
        address
    }

    async fn ask(through: SocketAddr) -> Vec<u8> {
        let mut answer = Vec::new();
        if let Ok(mut stream) = TcpStream::connect(through).await {
            // A refused or cut connection answers with what came through.
            let _ = stream.write_all(b"hello").await;
            let _ = stream.read_to_end(&mut answer).await;
        }
        answer
    }

    #[tokio::test]
    async fn a_good_line_carries_everything() {
        let counts = Arc::new(Counts::default());
        let line = start(doubling().await, Faults::None, 1, Arc::clone(&counts)).await.unwrap();
        assert_eq!(ask(line).await, b"hellohello");
        assert_eq!((counts.faults(), counts.up.load(Ordering::Relaxed)), (0, 5));
    }

    #[tokio::test]
    async fn a_harsh_line_shows_every_fault() {
        let counts = Arc::new(Counts::default());
        let line = start(doubling().await, Faults::Harsh, 1, Arc::clone(&counts)).await.unwrap();
        for answer in futures_util::future::join_all((0..120).map(|_| ask(line))).await {
            assert!(b"hellohello".starts_with(&answer[..]));
        }
        for seen in [&counts.refused, &counts.duplicated, &counts.stalled] {
            assert!(seen.load(Ordering::Relaxed) > 0, "{counts:?}");
        }
    }
}
