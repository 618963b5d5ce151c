//! The token that whoever sends alerts must know.
//!
//! Owns the file that holds it and the comparison. Read for each request, so that another token counts at once, and refused
//! where anybody else could have read or written it. Never tells what it holds.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// A token is no longer than this.
const TOKEN_BYTES_MAX: u64 = 4096;
/// How the token is sent.
const SCHEME: &str = "Bearer";

/// Where the token stands.
#[derive(Debug, Clone)]
pub struct TokenFile {
    /// The file.
    pub path: PathBuf,
    /// The user that it may belong to, besides root.
    pub uid: u32,
}

/// Why no token is known.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("the token file cannot be read")]
    Read(#[from] std::io::Error),
    /// Others could read or write it.
    #[error("the token file has mode {0:04o}, and 0600 is the most")]
    Mode(u32),
    /// It belongs to somebody else.
    #[error("the token file belongs to uid {0}, neither to root nor to this user")]
    Owner(u32),
    /// It is empty, is no file, or is longer than a token.
    #[error("the token file holds no token")]
    Empty,
}

impl TokenFile {
    /// Whether a request carries the token.
    pub fn admits(&self, headers: &HeaderMap) -> Result<bool, Error> {
        let expected = Sha256::digest(self.read()?.trim().as_bytes());
        let Some(given) = given(headers) else { return Ok(false) };
        // Of digests neither the length nor the place of the first difference tells anything.
        Ok(expected.ct_eq(&Sha256::digest(given.as_bytes())).into())
    }

    /// The content of the file, once it is known that nobody else could have written it.
    fn read(&self) -> Result<String, Error> {
        let file = File::open(&self.path)?;
        let metadata = file.metadata()?;
        if metadata.mode() & 0o177 != 0 {
            return Err(Error::Mode(metadata.mode() & 0o7777));
        }
        if metadata.uid() != 0 && metadata.uid() != self.uid {
            return Err(Error::Owner(metadata.uid()));
        }
        let mut text = String::new();
        let read =
            if metadata.is_file() { file.take(TOKEN_BYTES_MAX + 1).read_to_string(&mut text)? } else { 0 };
        let too_long = u64::try_from(read).unwrap_or(u64::MAX) > TOKEN_BYTES_MAX;
        if text.trim().is_empty() || too_long { Err(Error::Empty) } else { Ok(text) }
    }
}

/// The token that a request carries, if it carries exactly one.
fn given(headers: &HeaderMap) -> Option<&str> {
    let mut sent = headers.get_all(AUTHORIZATION).iter();
    let (one, other) = (sent.next()?, sent.next());
    let (scheme, token) = one.to_str().ok()?.split_once(' ')?;
    (other.is_none() && scheme.eq_ignore_ascii_case(SCHEME)).then(|| token.trim())
}
