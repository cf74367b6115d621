//! A real S3 server on a thread of its own: the program `s3s-fs` on a folder, with signatures checked.

use std::net::SocketAddr;
use std::path::Path;

use bidao_server::file_store::{Environment, Place};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::net::TcpListener;

/// Its key's name.
pub const KEY: &str = "AKIDTESTONLY";
/// Its key: no text of ours may ever hold it.
pub const SECRET: &str = "a-secret-of-the-tests";
/// The bucket in it.
const BUCKET: &str = "photos";

/// A running S3 server with one empty bucket.
pub struct S3Server {
    address: SocketAddr,
    runtime: Option<tokio::runtime::Runtime>,
    folder: tempfile::TempDir,
}

impl S3Server {
    /// Starts it.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the bucket");
        std::fs::create_dir(folder.path().join(BUCKET)).expect("a bucket");
        let (address, runtime) = run(folder.path(), ([127, 0, 0, 1], 0).into());
        Self { address, runtime: Some(runtime), folder }
    }

    /// Stops it: whoever asks is refused the connection.
    pub fn stop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(std::time::Duration::from_secs(10));
        }
    }

    /// Starts it again where it was, with what it had.
    ///
    /// # Panics
    /// Somebody took its address.
    pub fn start_again(&mut self) {
        self.runtime = Some(run(self.folder.path(), self.address).1);
    }

    /// The environment of a process that may use it.
    #[must_use]
    pub fn settings(&self) -> Vec<(String, String)> {
        self.settings_with(SECRET)
    }

    /// The same with a key of the test's choice.
    #[must_use]
    pub fn settings_with(&self, secret: &str) -> Vec<(String, String)> {
        let endpoint = format!("http://{}", self.address);
        [
            ("AWS_ACCESS_KEY_ID", KEY),
            ("AWS_SECRET_ACCESS_KEY", secret),
            ("AWS_ENDPOINT", endpoint.as_str()),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_REGION", "us-east-1"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    /// What `BIDAO_FILES_URL` says.
    #[must_use]
    pub fn url() -> String {
        format!("s3://{BUCKET}/some/prefix")
    }

    /// The place in it.
    ///
    /// # Panics
    /// Never: the address is well-formed.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place_with(self.settings())
    }

    /// The place, reached with these settings.
    ///
    /// # Panics
    /// Never: the address is well-formed.
    #[must_use]
    pub fn place_with(&self, settings: Vec<(String, String)>) -> Place {
        Place::parse(&Self::url(), settings.into_iter().collect::<Environment>()).expect("well-formed")
    }

    /// Where the bucket's objects lie as plain files.
    #[must_use]
    pub fn folder(&self) -> std::path::PathBuf {
        self.folder.path().join(BUCKET)
    }

    /// Names of everything in the bucket, without those the server keeps for itself.
    ///
    /// # Panics
    /// The folder cannot be read.
    #[must_use]
    pub fn objects(&self) -> Vec<String> {
        let mut objects = crate::files_below(&self.folder());
        objects.retain(|name| !name.starts_with('.'));
        objects
    }
}

fn run(folder: &Path, address: SocketAddr) -> (SocketAddr, tokio::runtime::Runtime) {
    let mut builder = S3ServiceBuilder::new(FileSystem::new(folder).expect("a folder for the bucket"));
    builder.set_auth(SimpleAuth::from_single(KEY, SECRET));
    let service = builder.build();
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let listener = runtime.block_on(TcpListener::bind(address)).expect("an address");
    let address = listener.local_addr().expect("an address");
    runtime.spawn(serve(listener, service));
    (address, runtime)
}

impl Drop for S3Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn serve(listener: TcpListener, service: S3Service) {
    while let Ok((socket, _)) = listener.accept().await {
        let service = service.clone();
        tokio::spawn(async move {
            let server = auto::Builder::new(TokioExecutor::new());
            // A client that goes away is not this server's trouble.
            let _ = server.serve_connection(TokioIo::new(socket), service).await;
        });
    }
}
