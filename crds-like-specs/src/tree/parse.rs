//! From text to trees, one a document.
//!
//! Owns the limits (depth, number of values) and what is refused by name: duplicate keys, merge keys, tags, keys
//! that are not text. Aliases are expanded. Never panics and never stops at the first problem, unless the text
//! is not YAML from there on. Called by [`crate::load`] and by what imports other languages.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};

use super::{Content, Entry, Item, Node, item_path, key_path, scalar};
use crate::defaults::{DEPTH_MAX, VALUES_MAX};
use crate::problem::{Place, Problem};

/// What a text holds.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The documents that were read to their end, empty ones left out.
    pub documents: Vec<Node>,
    /// What is wrong with the text as YAML.
    pub problems: Vec<Problem>,
}

/// Reads all documents of a text. `file` is what the problems name.
pub fn parse(file: &str, text: &str) -> Parsed {
    let mut builder = Builder::new(file);
    for event in Parser::new_from_str(text) {
        let step = match event {
            Ok((event, span)) => builder.event(event, place(span.start)),
            Err(error) => {
                // The parser may be anywhere when it gives up, so the place tells more than a path.
                builder.frames.clear();
                Err(builder.problem(place(*error.marker()), &format!("not valid YAML: {}", error.info())))
            }
        };
        if step.is_err() {
            break;
        }
    }
    builder.parsed
}

/// The parser counts lines from 1 and columns from 0.
fn place(marker: Marker) -> Place {
    Place { line: marker.line().max(1), column: marker.col() + 1 }
}

/// The rest of the text cannot be read. The problem is already noted.
struct Unreadable;

struct Builder<'a> {
    file: &'a str,
    parsed: Parsed,
    /// The lists and maps that are still open, outermost first.
    frames: Vec<Frame>,
    /// Finished anchored values with the number of values in them.
    anchors: BTreeMap<usize, (Node, usize)>,
    /// How many values there are so far, aliases counted each time.
    values: usize,
}

struct Frame {
    place: Place,
    anchor: usize,
    /// How many values there were when it was opened.
    values_before: usize,
    content: Open,
}

enum Open {
    List(Vec<Item>),
    Map { entries: Vec<Entry>, key: Key },
}

/// Where a map stands between two events.
enum Key {
    /// The next value is a key.
    Awaited,
    /// The next value belongs to this key.
    Read(String, Place),
    /// The next value is dropped: something is wrong with its key.
    Refused,
}

impl<'a> Builder<'a> {
    fn new(file: &'a str) -> Self {
        Self { file, parsed: Parsed::default(), frames: Vec::new(), anchors: BTreeMap::new(), values: 0 }
    }

    fn event(&mut self, event: Event<'_>, place: Place) -> Result<(), Unreadable> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.count(1, place)?;
                if self.awaits_key() {
                    self.key(&text, style, place);
                    return Ok(());
                }
                let content = self.scalar(&text, style, tag.as_deref(), place);
                self.finish(Node { place, content }, anchor, 1);
            }
            Event::SequenceStart(anchor, tag) => {
                self.open(Open::List(Vec::new()), place, anchor, tag.as_deref())?;
            }
            Event::MappingStart(anchor, tag) => {
                let map = Open::Map { entries: Vec::new(), key: Key::Awaited };
                self.open(map, place, anchor, tag.as_deref())?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => self.alias(anchor, place)?,
            Event::DocumentStart(_) => self.anchors.clear(),
            Event::DocumentEnd | Event::StreamStart | Event::StreamEnd | Event::Nothing => {}
        }
        Ok(())
    }

    /// Counts values, so that a text with aliases to aliases ends soon and with a place.
    fn count(&mut self, values: usize, place: Place) -> Result<(), Unreadable> {
        self.values = self.values.saturating_add(values);
        if self.values > VALUES_MAX {
            let message = format!("holds too many values, aliases counted each time (at most {VALUES_MAX})");
            return Err(self.problem(place, &message));
        }
        Ok(())
    }

    fn open(
        &mut self,
        content: Open,
        place: Place,
        anchor: usize,
        tag: Option<&Tag>,
    ) -> Result<(), Unreadable> {
        let values_before = self.values;
        self.count(1, place)?;
        if self.frames.len() >= DEPTH_MAX {
            return Err(self.problem(place, &format!("is nested too deeply (at most {DEPTH_MAX} levels)")));
        }
        if tag.is_some_and(|tag| !tag.is_yaml_core_schema()) {
            self.problem(place, "has a tag; tags are not supported");
        }
        self.frames.push(Frame { place, anchor, values_before, content });
        Ok(())
    }

    fn close(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        let content = match frame.content {
            Open::List(items) => Content::List(items),
            Open::Map { entries, .. } => Content::Map(entries),
        };
        let size = self.values.saturating_sub(frame.values_before);
        let node = Node { place: frame.place, content };
        if self.awaits_key() {
            self.problem(node.place, "has a list or map as a key (a key is text)");
            self.set_key(Key::Refused);
        } else {
            self.finish(node, frame.anchor, size);
        }
    }

    fn alias(&mut self, anchor: usize, place: Place) -> Result<(), Unreadable> {
        if self.awaits_key() {
            self.problem(place, "has an alias as a key (a key is text)");
            self.set_key(Key::Refused);
            return Ok(());
        }
        let Some((node, size)) = self.anchors.get(&anchor).cloned() else {
            return Err(self.problem(place, "is an alias to a value that is not finished here (an anchor before it, in the same document)"));
        };
        self.count(size, place)?;
        self.finish(node, 0, size);
        Ok(())
    }

    /// Puts a finished value where it belongs.
    fn finish(&mut self, node: Node, anchor: usize, size: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.frames.last_mut().map(|frame| &mut frame.content) {
            None if node.content == Content::Null => {}
            None => self.parsed.documents.push(node),
            Some(Open::List(items)) => items.push(Item { index: items.len(), node }),
            Some(Open::Map { entries, key }) => {
                if let Key::Read(key, key_place) = std::mem::replace(key, Key::Awaited) {
                    entries.push(Entry { key, key_place, node });
                }
            }
        }
    }

    fn awaits_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { content: Open::Map { key: Key::Awaited, .. }, .. }))
    }

    fn set_key(&mut self, new: Key) {
        if let Some(Frame { content: Open::Map { key, .. }, .. }) = self.frames.last_mut() {
            *key = new;
        }
    }

    fn key(&mut self, text: &str, style: ScalarStyle, place: Place) {
        let plain = style == ScalarStyle::Plain;
        let before = match self.frames.last() {
            Some(Frame { content: Open::Map { entries, .. }, .. }) => {
                entries.iter().find(|entry| entry.key == text).map(|entry| entry.key_place)
            }
            _ => None,
        };
        let message = if plain && text == "<<" {
            Some("merge keys are not supported: write the fields out, or alias the whole value".to_owned())
        } else if plain && text.is_empty() {
            Some("has an empty key".to_owned())
        } else {
            before.map(|first| format!("duplicate key, first at {}:{}", first.line, first.column))
        };
        self.set_key(Key::Read(text.to_owned(), place));
        if let Some(message) = message {
            self.problem(place, &message);
            self.set_key(Key::Refused);
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, place: Place) -> Content {
        match tag {
            Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => Content::Text(text.to_owned()),
            Some(tag) if !tag.is_yaml_core_schema() => {
                self.problem(place, &format!("has the tag {tag}; tags are not supported"));
                Content::Text(text.to_owned())
            }
            _ if style == ScalarStyle::Plain => scalar::plain(text),
            _ => Content::Text(text.to_owned()),
        }
    }

    /// Notes a problem with the value that comes next. The answer is for callers that cannot go on.
    fn problem(&mut self, place: Place, message: &str) -> Unreadable {
        let problem = Problem::new(self.file, place, &self.path(), message);
        self.parsed.problems.push(problem);
        Unreadable
    }

    fn path(&self) -> String {
        self.frames.iter().fold(String::new(), |path, frame| match &frame.content {
            Open::List(items) => item_path(&path, items.len()),
            Open::Map { key: Key::Read(key, _), .. } => key_path(&path, key),
            Open::Map { .. } => path,
        })
    }
}

#[cfg(test)]
mod tests;
