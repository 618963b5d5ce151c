//! One file of `/proc/pressure`.
//!
//! Owns its text. Never opens it.

use std::io;
use std::path::Path;

use podsteward_domain::pressure::host::{Averages, Stall};
use rustix::io::Errno;

use super::Error;

/// Why such a file cannot be read: a kernel without these accounts has no file, and one that is told not to keep them has
/// files that cannot be opened.
pub(super) fn why(path: &Path, source: io::Error) -> Error {
    let absent = source.kind() == io::ErrorKind::NotFound;
    if absent || source.raw_os_error() == Some(Errno::OPNOTSUPP.raw_os_error()) {
        return Error::NoPsi;
    }
    Error::Unreadable { path: path.to_owned(), source }
}

/// What a file says; `whole`: it must tell when everything waited.
pub(super) fn parse(text: &str, whole: bool) -> Option<Stall> {
    let line = |word: &str| {
        let mut lines = text.lines().filter_map(|line| line.split_once(' '));
        lines.find(|(first, _)| *first == word).map(|(_, rest)| rest)
    };
    let full = match line("full") {
        Some(rest) => averages(rest)?,
        None if whole => return None,
        None => Averages::default(),
    };
    Some(Stall { some: averages(line("some")?)?, full })
}

fn averages(rest: &str) -> Option<Averages> {
    let value = |word: &str| {
        let mut pairs = rest.split_whitespace().filter_map(|pair| pair.split_once('='));
        pairs.find(|(name, _)| *name == word).and_then(|(_, value)| hundredths(value))
    };
    Some(Averages { avg10: value("avg10")?, avg60: value("avg60")? })
}

/// Percent with two decimals, as the kernel always writes them, in hundredths: basis points.
fn hundredths(percent: &str) -> Option<u16> {
    let (whole, fraction) = percent.split_once('.')?;
    let fraction = Some(fraction).filter(|digits| digits.len() == 2)?;
    whole.parse::<u16>().ok()?.checked_mul(100)?.checked_add(fraction.parse().ok()?)
}
