//! A field under check: where it stands, and where problems with it are noted.
//!
//! Owns the way from a field of the wire form back to its path and place. Never decides what a problem is.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Display;

use crate::document::Spot;
use crate::problem::{Place, Problem};
use crate::tree::{Content, Node, item_path, key_path};

/// A field under check.
pub(super) struct Field<'a> {
    file: &'a str,
    /// `None` where nothing is written: problems then stand at the nearest field that is.
    node: Option<&'a Node>,
    path: String,
    place: Place,
    problems: &'a RefCell<Vec<Meant>>,
}

/// A problem of meaning. It is no news where the schema refused what it rests on: that is only missing then.
pub(crate) struct Meant {
    /// The problem.
    pub(crate) problem: Problem,
    /// The paths that it rests on, with all that stands below them.
    pub(crate) rests_on: Vec<String>,
}

impl<'a> Field<'a> {
    /// The document as a whole.
    pub(super) fn root(file: &'a str, node: &'a Node, problems: &'a RefCell<Vec<Meant>>) -> Self {
        Self { file, node: Some(node), path: String::new(), place: node.place, problems }
    }

    /// What is written here.
    pub(super) fn node(&self) -> Option<&'a Node> {
        self.node
    }

    /// The field of a map.
    pub(super) fn key(&self, key: &str) -> Self {
        self.child(self.node.and_then(|node| node.get(key)), key_path(&self.path, key))
    }

    /// The item of a list, by its position in the wire form.
    pub(super) fn item(&self, position: usize) -> Self {
        let item = match self.node.map(|node| &node.content) {
            Some(Content::List(items)) => items.get(position),
            _ => None,
        };
        let index = item.map_or(position, |item| item.index);
        self.child(item.map(|item| &item.node), item_path(&self.path, index))
    }

    /// The field of a map or, where a short form is written instead of the map, the short form itself.
    pub(super) fn key_or_self(&self, key: &str) -> Self {
        match self.node {
            Some(Node { content: Content::Map(_), .. }) => self.key(key),
            _ => self.child(self.node, self.path.clone()),
        }
    }

    /// Notes what is wrong with the field.
    pub(super) fn problem(&self, message: impl AsRef<str>) {
        self.note(message.as_ref(), vec![self.path.clone()]);
    }

    /// Notes what is wrong among some fields of a map, whatever its other fields are.
    pub(super) fn problem_among(&self, keys: &[&str], message: impl AsRef<str>) {
        self.note(message.as_ref(), keys.iter().map(|key| key_path(&self.path, key)).collect());
    }

    fn note(&self, message: &str, rests_on: Vec<String>) {
        let problem = Problem::new(self.file, self.place, &self.path, message);
        self.problems.borrow_mut().push(Meant { problem, rests_on });
    }

    /// Notes an error as the field's problem.
    pub(super) fn take<T, E: Display>(&self, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.problem(error.to_string())).ok()
    }

    /// Reads a text that may not be declared, noting an error as the field's problem.
    pub(super) fn read<T, E: Display>(
        &self,
        text: Option<&str>,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        text.and_then(|text| self.take(read(text)))
    }

    /// Puts a value under its key, and notes a second one under the same key as a problem.
    pub(super) fn insert<K: Ord + Display, V>(&self, map: &mut BTreeMap<K, V>, key: K, value: V, noun: &str) {
        match map.entry(key) {
            Entry::Vacant(free) => {
                free.insert(value);
            }
            Entry::Occupied(taken) => {
                self.problem(format!("declares the {noun} {} a second time", taken.key()));
            }
        }
    }

    /// Path and place, for checks between documents.
    pub(super) fn spot(&self) -> Spot {
        Spot { path: self.path.clone(), place: self.place }
    }

    fn child(&self, node: Option<&'a Node>, path: String) -> Self {
        let place = node.map_or(self.place, |node| node.place);
        Self { file: self.file, node, path, place, problems: self.problems }
    }
}
