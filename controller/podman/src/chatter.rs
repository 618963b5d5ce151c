//! What the engine and its runtime say, in the words that are about the matter.
//!
//! Owns the prefixes and endings that runc, crun and Podman put around it, and the line that only says that a program which
//! never began is gone. Never touches what a command said itself. Called wherever such a text comes in.

/// What stands before the matter, from the outside in.
const BEFORE: [&str; 8] = [
    "runc: ",
    "crun: ",
    "runc create failed: ",
    "exec failed: ",
    "unable to start container process: ",
    "error during container init: ",
    "OCI runtime error: ",
    "exec: ",
];

/// What stands behind it: Podman's name for what was said, and the system's word for the same.
const BEHIND: [&str; 7] = [
    ": OCI runtime attempted to invoke a command that was not found",
    ": OCI permission denied",
    ": OCI runtime error",
    ": OCI not found",
    ": No such file or directory",
    ": Operation not permitted",
    ": Permission denied",
];

/// A message of the engine. What does not come from its runtime is left as it is.
pub(crate) fn message(text: &str) -> String {
    if is_of_runtime(text) { matter(text).to_owned() } else { text.to_owned() }
}

/// What came back of a command: its own words, and those of the engine where it never began.
pub(crate) fn output(lines: Vec<String>) -> Vec<String> {
    lines.into_iter().filter_map(line).collect()
}

fn line(line: String) -> Option<String> {
    let Some(said) = line.trim().strip_prefix("Error: ") else { return Some(line) };
    if said.starts_with("read unixpacket @->") {
        return None;
    }
    Some(if is_of_runtime(said) { matter(said).to_owned() } else { line })
}

fn is_of_runtime(text: &str) -> bool {
    BEFORE.iter().take(2).any(|name| text.starts_with(name)) || text.starts_with("OCI runtime error: ")
}

fn matter(text: &str) -> &str {
    let mut matter = text.trim();
    while let Some(rest) = BEFORE.iter().find_map(|before| matter.strip_prefix(before)) {
        matter = rest;
    }
    while let Some(rest) = BEHIND.iter().find_map(|behind| matter.strip_suffix(behind)) {
        matter = rest;
    }
    matter
}

#[cfg(test)]
mod tests;
