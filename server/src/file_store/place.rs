//! Where the bytes of files are: `BIDAO_FILES_URL`.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Where the bytes of files are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder.
    Folder(PathBuf),
    /// A folder that goes with the process: for databases in memory.
    Temporary,
    /// A bucket of any S3.
    Bucket {
        /// Its name.
        bucket: String,
        /// What every key begins with; empty or without slashes at its ends.
        prefix: String,
        /// How to reach it.
        environment: Environment,
    },
}

/// What the environment says about the bucket's server: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
/// `AWS_ENDPOINT`, `AWS_REGION` … Never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment(Vec<(String, String)>);

impl Environment {
    /// That of this process.
    #[must_use]
    pub fn of_process() -> Self {
        std::env::vars().filter(|(name, _)| name.starts_with("AWS_")).collect()
    }

    /// Names with their values.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(pairs: T) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} settings", self.0.len())
    }
}

impl Place {
    /// Reads `BIDAO_FILES_URL`: `s3://bucket/prefix`, `file:///folder` or a folder.
    ///
    /// # Errors
    /// `invalid`: another scheme, no bucket, or credentials in it. What was said is not repeated, because it
    /// may hold a secret.
    pub fn parse(url: &str, environment: Environment) -> Result<Self> {
        let wrong = |detail: &str| Error::invalid("BIDAO_FILES_URL", detail);
        if let Some(rest) = url.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            if bucket.contains('@') {
                return Err(wrong(
                    "credentials do not belong into an address: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
                ));
            }
            if !is_bucket(bucket) {
                return Err(wrong("expected s3://bucket or s3://bucket/prefix"));
            }
            let prefix = prefix.trim_matches('/').to_owned();
            if !prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte)) {
                return Err(wrong("a prefix has letters, digits and -_./"));
            }
            return Ok(Self::Bucket { bucket: bucket.into(), prefix, environment });
        }
        let folder = url.strip_prefix("file://").unwrap_or(url);
        if folder.is_empty() || folder.contains("://") {
            return Err(wrong("expected a folder or s3://bucket/prefix"));
        }
        Ok(Self::Folder(folder.into()))
    }

    /// The folder `files` beside a database.
    #[must_use]
    pub fn beside(database: &Path) -> Self {
        Self::Folder(database.parent().unwrap_or(Path::new("")).join("files"))
    }
}

/// The rules every S3 has in common for the name of a bucket.
fn is_bucket(name: &str) -> bool {
    let plain = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'z' | b'-' | b'.');
    (3..=63).contains(&name.len()) && name.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Place> {
        Place::parse(url, Environment::default())
    }

    #[test]
    fn a_place_is_a_folder_or_a_bucket_with_a_prefix() {
        let bucket = |bucket: &str, prefix: &str| Place::Bucket {
            bucket: bucket.into(),
            prefix: prefix.into(),
            environment: Environment::default(),
        };
        assert_eq!(parse("s3://photos").unwrap(), bucket("photos", ""));
        assert_eq!(parse("s3://photos/a/b/").unwrap(), bucket("photos", "a/b"));
        assert_eq!(parse("/srv/files").unwrap(), Place::Folder("/srv/files".into()));
        assert_eq!(parse("file:///srv/files").unwrap(), Place::Folder("/srv/files".into()));
        assert_eq!(Place::beside(Path::new("/srv/bidao.db")), Place::Folder("/srv/files".into()));
    }

    #[test]
    fn a_wrong_place_is_refused_without_repeating_a_secret() {
        for url in ["", "https://host/x", "s3://", "s3:///x", "s3://Aa", "s3://ab", "s3://bucket/a b"] {
            let refused = parse(url).unwrap_err().to_string();
            assert!(refused.contains("BIDAO_FILES_URL"), "{refused}");
        }
        let refused = parse("s3://AKID:hush@bucket/x").unwrap_err().to_string();
        assert!(!refused.contains("hush") && refused.contains("AWS_SECRET_ACCESS_KEY"), "{refused}");
    }

    #[test]
    fn what_the_environment_says_is_never_shown() {
        let secret = ("AWS_SECRET_ACCESS_KEY".to_owned(), "hush".to_owned());
        let place = Place::parse("s3://photos", [secret].into_iter().collect()).unwrap();
        assert!(!format!("{place:?}").contains("hush"));
    }
}
