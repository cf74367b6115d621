//! Files in a bucket of any S3. Servers keep no state: what has arrived of an upload lies in the bucket too, as
//! pieces named by their offset, and a piece is only written where none is (`If-None-Match: *`), so that two
//! servers can never mix their bytes.
//!
//! The bucket's client is asynchronous; it runs on a small runtime of its own and its callers wait for it.

mod appender;

pub use appender::Appender;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bidao_schema::api::problem::ProblemCode;
use futures_util::TryStreamExt as _;
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::path::Path;
use object_store::{
    BackoffConfig, ClientOptions, Error as StoreError, ObjectStore as _, ObjectStoreExt as _, PutPayload,
    RetryConfig,
};
use tokio::runtime::Runtime;

use super::seal::{OVERHEAD, Seal};
use super::{Environment, PARTS};
use crate::error::{Error, Result};

/// Bytes of an upload held in memory before they become a piece: a photo (at most 400 kB) that arrives in one
/// request needs none.
pub const PIECE: usize = 512 * 1024;
/// Files above this are written as a multipart upload of parts this large; S3 wants at least 5 MiB.
const PART: usize = 5 * 1024 * 1024;
/// Most pieces an upload can have: 20 MiB that arrived a byte a request would have more, and is refused.
const PIECES: usize = 4096;
/// Longest a call may take, and how long to connect.
const CALL: Duration = Duration::from_secs(30);
const CONNECT: Duration = Duration::from_secs(5);
/// How often and how long a failed call is tried again; then the phone tries again.
const RETRIES: usize = 2;
const RETRYING: Duration = Duration::from_secs(10);
/// How much of the bucket's own words an error repeats.
const WORDS: usize = 300;

/// A bucket.
#[derive(Clone)]
pub struct Bucket {
    store: Arc<AmazonS3>,
    hall: Arc<Hall>,
    name: String,
    prefix: String,
    secrets: Arc<[String]>,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Bucket(s3://{}/{})", self.name, self.prefix)
    }
}

/// Where the client runs. A runtime must not be dropped by an asynchronous worker: this one just ends.
struct Hall(Option<Runtime>);

impl Drop for Hall {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Bucket {
    pub(super) fn open(name: &str, prefix: &str, environment: &Environment) -> Result<Self> {
        // The first one wins, and it is always this one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let secret = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_TOKEN"];
        let secrets = environment.pairs().filter(|(name, value)| secret.contains(name) && !value.is_empty());
        let secrets: Arc<[String]> = secrets.map(|(_, value)| value.to_owned()).collect();
        let backoff = BackoffConfig { max_backoff: Duration::from_secs(2), ..BackoffConfig::default() };
        let mut options = ClientOptions::new().with_timeout(CALL).with_connect_timeout(CONNECT);
        let mut builder = AmazonS3Builder::new().with_bucket_name(name).with_retry(RetryConfig {
            backoff,
            max_retries: RETRIES,
            retry_timeout: RETRYING,
        });
        for (name, value) in environment.pairs() {
            if let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() {
                if let AmazonS3ConfigKey::Client(key) = key {
                    options = options.with_config(key, value);
                } else {
                    builder = builder.with_config(key, value);
                }
            }
        }
        let built = builder.with_client_options(options).build();
        let store = built.map_err(|error| failed(&secrets, "the settings of the bucket", &error))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("bidao-bucket")
            .enable_all()
            .build()
            .map_err(|error| Error::Internal(format!("cannot start a thread: {error}")))?;
        Ok(Self {
            store: Arc::new(store),
            hall: Arc::new(Hall(Some(runtime))),
            name: name.into(),
            prefix: prefix.into(),
            secrets,
        })
    }

    /// The bucket lists what begins like nothing in it.
    pub(super) fn check(&self) -> Result<()> {
        self.wait(self.store.list_with_delimiter(Some(&self.at("probe")))).map(drop)
    }

    pub(super) fn offset(&self, upload: &str) -> Result<u64> {
        Ok(self.pieces(upload)?.1)
    }

    pub(super) fn append(&self, upload: &str, seal: &Seal) -> Result<Appender> {
        let (pieces, start) = self.pieces(upload)?;
        if pieces.len() >= PIECES {
            self.discard(upload)?;
            return Err(Error::refused(ProblemCode::TooLarge, "the upload came in too many pieces"));
        }
        Ok(Appender::new(self.clone(), seal.clone(), upload.to_owned(), (pieces, start)))
    }

    pub(super) fn discard(&self, upload: &str) -> Result<()> {
        let listed = self.store.list(Some(&self.at(&format!("{PARTS}/{upload}"))));
        let found: Vec<_> = self.wait(listed.try_collect())?;
        found.into_iter().try_for_each(|object| self.delete(&object.location))
    }

    pub(super) fn uploads(&self) -> Result<Vec<String>> {
        let listed = self.wait(self.store.list_with_delimiter(Some(&self.at(PARTS))))?;
        let names = listed.common_prefixes.iter().filter_map(|prefix| prefix.filename().map(str::to_owned));
        Ok(names.filter(|name| super::safe(name).is_ok()).collect())
    }

    /// Every object, by its path below the prefix.
    pub(super) fn paths(&self) -> Result<Vec<String>> {
        let all = (!self.prefix.is_empty()).then(|| Path::from(self.prefix.as_str()));
        let found: Vec<_> = self.wait(self.store.list(all.as_ref()).try_collect())?;
        let below = |path: &Path| {
            let path = path.to_string();
            let rest = path.strip_prefix(&self.prefix).unwrap_or(&path);
            rest.trim_start_matches('/').to_owned()
        };
        Ok(found.iter().map(|object| below(&object.location)).collect())
    }

    pub(super) fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        self.read_at(&self.at(path))
    }

    pub(super) fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        self.wait(self.store.put(&self.at(path), PutPayload::from(bytes.to_vec()))).map(drop)
    }

    pub(super) fn rename(&self, from: &str, to: &str) -> Result<()> {
        let (from, to) = (self.at(from), self.at(to));
        match self.run(self.store.copy(&from, &to)) {
            Ok(()) => self.delete(&from),
            Err(StoreError::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.failed(&error)),
        }
    }

    pub(super) fn remove(&self, path: &str) -> Result<()> {
        self.delete(&self.at(path))
    }

    fn at(&self, path: &str) -> Path {
        if self.prefix.is_empty() { Path::from(path) } else { Path::from(format!("{}/{path}", self.prefix)) }
    }

    /// The pieces of an upload that follow one another from its first byte, and where they end.
    fn pieces(&self, upload: &str) -> Result<(Vec<Path>, u64)> {
        let listed = self.store.list(Some(&self.at(&format!("{PARTS}/{upload}"))));
        let mut found: Vec<_> = self.wait(listed.try_collect())?;
        // Names are offsets of ten digits.
        found.sort_by(|a, b| a.location.cmp(&b.location));
        let (mut pieces, mut end) = (Vec::new(), 0);
        for object in found {
            if object.location != self.piece(upload, end) {
                break;
            }
            // Each is one frame.
            end += object.size.saturating_sub(OVERHEAD as u64);
            pieces.push(object.location);
        }
        Ok((pieces, end))
    }

    fn piece(&self, upload: &str, offset: u64) -> Path {
        self.at(&format!("{PARTS}/{upload}/{offset:010}"))
    }

    fn read_at(&self, path: &Path) -> Result<Option<Vec<u8>>> {
        let read = self.run(async { self.store.get(path).await?.bytes().await });
        match read {
            Ok(bytes) => Ok(Some(bytes.to_vec())),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.failed(&error)),
        }
    }

    fn delete(&self, path: &Path) -> Result<()> {
        match self.run(self.store.delete(path)) {
            Ok(()) | Err(StoreError::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.failed(&error)),
        }
    }

    fn run<T>(&self, call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        let stopping = || StoreError::Generic { store: "S3", source: "the server is stopping".into() };
        self.hall.0.as_ref().ok_or_else(stopping)?.block_on(call)
    }

    fn wait<T>(&self, call: impl Future<Output = Result<T, StoreError>>) -> Result<T> {
        self.run(call).map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &StoreError) -> Error {
        failed(&self.secrets, &format!("the bucket {}", self.name), error)
    }
}

/// What went wrong, without what must not be said: the bucket's answer ends where its document begins (it may
/// repeat the key's name), and known secrets are struck out.
fn failed(secrets: &[String], what: &str, error: &StoreError) -> Error {
    let words = error.to_string();
    let mut words = words.split('<').next().unwrap_or_default().trim_end_matches([':', ' ']).to_owned();
    for secret in secrets {
        words = words.replace(secret.as_str(), "***");
    }
    Error::Unavailable(format!("{what}: {}", words.chars().take(WORDS).collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Environment {
        [
            ("AWS_ACCESS_KEY_ID", "AKIDHUSH"),
            ("AWS_SECRET_ACCESS_KEY", "very-hush"),
            ("AWS_SESSION_TOKEN", "token-hush"),
            ("AWS_ENDPOINT", "http://127.0.0.1:1"),
            ("AWS_ALLOW_HTTP", "true"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
    }

    #[test]
    fn neither_its_name_nor_its_errors_hold_a_secret() {
        let bucket = Bucket::open("photos", "a", &settings()).unwrap();
        assert_eq!(format!("{bucket:?}"), "Bucket(s3://photos/a)");
        let error = bucket.check().unwrap_err();
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(text.contains("photos") && !text.to_lowercase().contains("hush"), "{text}");
        }
        let repeated = StoreError::Generic {
            store: "S3",
            source: "403 for AKIDHUSH with very-hush: <Error><AWSAccessKeyId>x</AWSAccessKeyId></Error>"
                .into(),
        };
        let text = failed(&bucket.secrets, "the bucket", &repeated).to_string();
        assert!(!text.to_lowercase().contains("hush") && !text.contains("AWSAccessKeyId"), "{text}");
    }

    #[test]
    fn settings_that_make_no_sense_are_a_sentence_for_the_operator() {
        let wrong = [("AWS_ALLOW_HTTP".to_owned(), "perhaps".to_owned())].into_iter().collect();
        let error = Bucket::open("photos", "", &wrong).unwrap_err().to_string();
        assert!(error.contains("settings of the bucket"), "{error}");
    }
}
