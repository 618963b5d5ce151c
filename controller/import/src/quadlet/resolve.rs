//! Systemd's specifiers (`%h`) and variables (`${NAME}`) in a value.
//!
//! Owns what each stands for. Never asks the host: what it says comes as [`crate::Surroundings`].

use std::collections::BTreeMap;

/// What specifiers and variables stand for in one unit.
pub(super) struct Meanings {
    /// By the letter behind `%`.
    pub(super) specifiers: BTreeMap<char, String>,
    /// By name.
    pub(super) variables: BTreeMap<String, String>,
}

/// The letters that systemd knows.
const KNOWN: &str = "aAbBCdDEfgGhHiIjJlLmMnNopPqsStTuUvVwWyY";

impl Meanings {
    /// The value with every specifier resolved. An error says which one cannot be.
    pub(super) fn specifiers(&self, value: &str) -> Result<String, String> {
        let mut resolved = String::with_capacity(value.len());
        let mut chars = value.chars();
        while let Some(c) = chars.next() {
            let mut ahead = chars.clone();
            match (c, ahead.next()) {
                ('%', Some('%')) => resolved.push('%'),
                ('%', Some(letter)) if KNOWN.contains(letter) => match self.specifiers.get(&letter) {
                    Some(meaning) => resolved.push_str(meaning),
                    None => return Err(format!("holds %{letter}, which only systemd can resolve")),
                },
                _ => {
                    resolved.push(c);
                    continue;
                }
            }
            chars = ahead;
        }
        Ok(resolved)
    }

    /// The value with `$$`, `${NAME}` anywhere and `$NAME` as a word of its own resolved, as systemd does it for the
    /// command that quadlet makes.
    pub(super) fn variables(&self, value: &str) -> Result<String, String> {
        let mut resolved = String::with_capacity(value.len());
        let mut rest = value;
        while let Some((before, after)) = rest.split_once('$') {
            resolved.push_str(before);
            if let Some(after) = after.strip_prefix('$') {
                resolved.push('$');
                rest = after;
            } else if let Some((name, after)) = braced(after).or_else(|| word(&resolved, after)) {
                let meaning = self.variables.get(name);
                let unknown =
                    || format!("holds the variable {name}, which systemd takes from the unit's environment");
                resolved.push_str(meaning.ok_or_else(unknown)?);
                rest = after;
            } else {
                resolved.push('$');
                rest = after;
            }
        }
        resolved.push_str(rest);
        Ok(resolved)
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn braced(after: &str) -> Option<(&str, &str)> {
    after.strip_prefix('{')?.split_once('}').filter(|(name, _)| is_name(name))
}

fn word<'a>(before: &str, after: &'a str) -> Option<(&'a str, &'a str)> {
    let begins = before.is_empty() || before.ends_with(char::is_whitespace);
    let end = after.find(char::is_whitespace).unwrap_or(after.len());
    after.split_at_checked(end).filter(|(name, _)| begins && is_name(name))
}

#[cfg(test)]
mod tests;
