//! The end of a log, in bounded memory.
//!
//! Owns the bounds and how bytes become lines. Never where they come from. Used by the client and by the fake.

/// How much of a log is kept. What is older is left out first.
const BYTES_MAX: usize = 64 * 1024;

/// The last bytes of a log, as they come in.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    bytes: Vec<u8>,
    /// The first line may lack its beginning.
    is_cut: bool,
}

impl Tail {
    /// Takes what comes next.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let newest = bytes.len().saturating_sub(BYTES_MAX);
        self.is_cut |= newest > 0;
        self.bytes.extend_from_slice(bytes.get(newest..).unwrap_or_default());
        // Twice the bound, so that not every push has to move the rest.
        if self.bytes.len() > 2 * BYTES_MAX {
            self.shorten();
        }
    }

    /// The last lines, the newest last. A line that lost its beginning is left out, unless it is the only one.
    pub(crate) fn lines(mut self, lines_max: usize) -> Vec<String> {
        self.shorten();
        let text = self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes);
        if text.is_empty() {
            return Vec::new();
        }
        let mut lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
        if self.is_cut && lines.len() > 1 {
            lines.remove(0);
        }
        let older = lines.len().saturating_sub(lines_max);
        lines.into_iter().skip(older).map(line).collect()
    }

    fn shorten(&mut self) {
        let older = self.bytes.len().saturating_sub(BYTES_MAX);
        self.bytes.drain(..older);
        self.is_cut |= older > 0;
    }
}

/// A line as text. A terminal ends its lines with a carriage return, too.
fn line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.strip_suffix(b"\r").unwrap_or(bytes)).into_owned()
}

#[cfg(test)]
mod tests;
