//! From the bytes of all manifests to validated documents and problems.
//!
//! Owns the order of the checks of one file: size and encoding, YAML, schema, meaning. Every problem is collected,
//! never the first alone. Never reads a file and never compares documents with each other (see [`crate::cross`]).
//! Called by the manifests source, by the store's reader (through [`Document::from_canonical`]) and by `validate`.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::defaults::FILE_BYTES_MAX;
use crate::document::{Document, Origin};
use crate::key::{CANARY, Key, Kind, Name};
use crate::problem::{Place, Problem};
use crate::schema;
use crate::tree::{self, Content, Node};
use crate::validate::{self, Meant};
use crate::walk::walk;

/// One file as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The path, relative to the manifests directory: what problems and origins name.
    pub path: String,
    /// The whole content.
    pub bytes: Vec<u8>,
}

/// What all files hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loaded {
    /// One answer a file, in the order in which the files came.
    pub files: Vec<LoadedFile>,
}

/// What one file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedFile {
    /// The path as it came.
    pub path: String,
    /// The documents that are sound by themselves, in the order of the file. A file with a problem may still
    /// have some; `validate` counts them, the controller does not use them.
    pub documents: Vec<Document>,
    /// The objects of documents that are not sound, as far as they say which object they are.
    pub refused: BTreeSet<Key>,
    /// Everything that is wrong with this file, by place.
    pub problems: Vec<Problem>,
}

impl LoadedFile {
    /// Whether the file may replace what it declared before. A file that is not sound keeps its last good
    /// objects in force as a whole.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Reads and checks every file by itself. Follow it with [`crate::cross::cross_check`].
pub fn load(files: &[SourceFile]) -> Loaded {
    Loaded { files: files.iter().map(load_file).collect() }
}

fn load_file(file: &SourceFile) -> LoadedFile {
    let path = file.path.clone();
    let text = match text(&file.bytes) {
        Ok(text) => text,
        Err((place, message)) => {
            let problem = Problem::new(&path, place, "", &message);
            let (documents, refused) = (Vec::new(), BTreeSet::new());
            return LoadedFile { path, documents, refused, problems: vec![problem] };
        }
    };
    let parsed = tree::parse::parse(&path, text);
    let mut problems = parsed.problems;
    let (mut documents, mut refused) = (Vec::new(), BTreeSet::new());
    for node in &parsed.documents {
        let origin = Origin { file: path.clone(), place: node.place };
        match check(node, origin) {
            Ok(document) if document.key.is_canary() => {
                let place = document.spots.name.as_ref().map_or(node.place, |spot| spot.place);
                let message = format!("is '{CANARY}', the container of a drill (another name)");
                problems.push(Problem::new(&path, place, "metadata.name", &message));
            }
            Ok(document) => documents.push(document),
            Err(found) => {
                problems.extend(found);
                refused.extend(key(node));
            }
        }
    }
    problems.sort_by(|a, b| (a.place, &a.path).cmp(&(b.place, &b.path)));
    LoadedFile { path, documents, refused, problems }
}

/// Which object a document says it is, whether or not the rest is sound.
fn key(node: &Node) -> Option<Key> {
    let kind = Kind::from_word(node.get("kind")?.text()?).filter(|kind| Kind::ALL.contains(kind))?;
    let name = Name::new(node.get("metadata")?.get("name")?.text()?).ok()?;
    Some(Key { kind, name })
}

/// The text of a file, or what is wrong with its bytes.
fn text(bytes: &[u8]) -> Result<&str, (Place, String)> {
    if bytes.len() > FILE_BYTES_MAX {
        let message = format!("the file has {} bytes (a manifest has at most {FILE_BYTES_MAX})", bytes.len());
        return Err((Place::START, message));
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err((Place::START, "the file is in UTF-16 (a manifest is in UTF-8)".to_owned()));
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err((place_of(bytes, at), "the file is binary (a manifest is text in UTF-8)".to_owned()));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let byte = bytes.get(at).copied().unwrap_or_default();
        (place_of(bytes, at), format!("byte 0x{byte:02x} is not valid UTF-8 (a manifest is text in UTF-8)"))
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The place of a byte; what is not valid UTF-8 before it counts as one character a byte.
fn place_of(bytes: &[u8], at: usize) -> Place {
    let before = String::from_utf8_lossy(bytes.get(..at).unwrap_or(bytes));
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    Place { line, column }
}

/// Checks a stored document again.
pub(crate) fn load_canonical(canonical: &str, origin: Origin) -> Result<Document, Vec<Problem>> {
    let value = serde_json::from_str(canonical).map_err(|error| {
        let message = format!("the stored document is not JSON: {error}");
        vec![Problem::new(&origin.file, origin.place, "", &message)]
    })?;
    check(&Node::from_json(value, origin.place), origin).map(|document| Document {
        // Everything stands at one place, so there is nothing to tell apart.
        spots: std::sync::Arc::default(),
        ..document
    })
}

/// Checks one document: its kind, then its schema, then the meaning of what fits the schema.
fn check(node: &Node, origin: Origin) -> Result<Document, Vec<Problem>> {
    let kind = kind(node, &origin).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    let sound = walk(&origin.file, schema::of(kind), node, &mut problems);
    let meant = RefCell::new(Vec::new());
    let document = sound.and_then(|sound| {
        let canonical = sound.to_json().to_string().into();
        validate::document(kind, &sound, origin.clone(), canonical, &meant)
    });
    // What the schema refused is missing for the checks of meaning, so what they say around it is no news.
    let refused = |path: &String| problems.iter().any(|known| is_around(path, &known.path));
    let news = |meant: &Meant| !meant.rests_on.iter().any(refused);
    let mut further: Vec<Problem> =
        meant.into_inner().into_iter().filter(news).map(|meant| meant.problem).collect();
    problems.append(&mut further);
    match document {
        Some(document) if problems.is_empty() => Ok(document),
        _ => {
            if problems.is_empty() {
                let message = "is not a sound document".to_owned();
                problems.push(Problem {
                    file: origin.file,
                    place: origin.place,
                    path: String::new(),
                    message,
                });
            }
            Err(problems)
        }
    }
}

/// Whether the outer path is the inner one or a field that holds it.
fn is_around(outer: &str, inner: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn kind(node: &Node, origin: &Origin) -> Result<Kind, Problem> {
    let problem = |place, path, message: &str| Problem::new(&origin.file, place, path, message);
    let kinds = Kind::ALL.map(Kind::as_str).join(", ");
    if !matches!(node.content, Content::Map(_)) {
        return Err(problem(node.place, "", "a document is a map (apiVersion, kind, metadata, spec)"));
    }
    let Some(written) = node.get("kind") else {
        return Err(problem(node.place, "kind", &format!("is missing (required: {kinds})")));
    };
    let text = written.text().unwrap_or_default();
    let known = Kind::ALL.into_iter().find(|kind| text == kind.as_str());
    known.ok_or_else(|| problem(written.place, "kind", &format!("'{text}' is not a kind (allowed: {kinds})")))
}

#[cfg(test)]
mod tests;
