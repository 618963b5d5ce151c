//! The file of the programs that may be run on the host.
//!
//! Owns how it is read: an absolute path a line, with comments. Never runs one, and never judges who may write the file: the
//! binary refuses one that others may write. Called at the start, by the service.

use std::collections::BTreeSet;
use std::path::Path;

use podsteward_domain::playbook::Allowed;

/// Reads the file. One line that is no program makes all of it useless: it is not what somebody meant.
pub fn read(path: &Path) -> Allowed {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text).map_or_else(|why| useless(path, &why), Allowed::These),
        Err(error) => useless(path, &format!("it cannot be read: {error}")),
    }
}

fn useless(path: &Path, why: &str) -> Allowed {
    Allowed::Useless { why: format!("{}: {why}", path.display()) }
}

fn parse(text: &str) -> Result<BTreeSet<String>, String> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let programs = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let read = |(number, line): (usize, &str)| {
        let odd = |part: &str| matches!(part, "" | "." | "..");
        let plain = line.starts_with('/') && !line.split('/').skip(1).any(odd);
        let wrong = || format!("line {number}: '{line}' is not the absolute path of a program");
        plain.then(|| line.to_owned()).ok_or_else(wrong)
    };
    programs.map(read).collect()
}

#[cfg(test)]
mod tests;
