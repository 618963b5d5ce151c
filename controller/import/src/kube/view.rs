//! A value of an object with its path, which remembers what of it was read.
//!
//! Owns the promise that a field nobody reads is told. Never knows a field.

use std::cell::RefCell;
use std::collections::BTreeSet;

use podsteward_specs::tree::{Content, Node, item_path, key_path};

use crate::warning::{At, Warnings};

/// A value with its path.
pub(super) struct View<'a> {
    file: &'a str,
    node: &'a Node,
    path: String,
    line: usize,
    read: RefCell<BTreeSet<String>>,
}

impl<'a> View<'a> {
    /// A whole document.
    pub(super) fn root(file: &'a str, node: &'a Node) -> Self {
        Self::new(file, node, String::new(), node.place.line)
    }

    fn new(file: &'a str, node: &'a Node, path: String, line: usize) -> Self {
        Self { file, node, path, line, read: RefCell::default() }
    }

    /// Where it stands.
    pub(super) fn at(&self) -> At {
        At { file: self.file.to_owned(), line: self.line, key: self.path.clone() }
    }

    /// A field, unless it is null. It counts as read.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        self.read.borrow_mut().insert(key.to_owned());
        let entry = self.node.entry(key)?;
        Some(Self::new(self.file, &entry.node, key_path(&self.path, key), entry.key_place.line))
    }

    /// Where a field stands; the value itself where there is none.
    pub(super) fn at_of(&self, key: &str) -> At {
        self.get(key).map_or_else(|| self.at(), |field| field.at())
    }

    /// A text, number or truth value as text.
    pub(super) fn scalar(&self) -> Option<String> {
        match &self.node.content {
            Content::Text(text) => Some(text.clone()),
            Content::Number(number) => Some(number.to_string()),
            Content::Bool(value) => Some(value.to_string()),
            Content::Null | Content::List(_) | Content::Map(_) => None,
        }
    }

    /// A field as text.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.get(key)?.scalar()
    }

    /// A field that says yes or no.
    pub(super) fn yes(&self, key: &str) -> Option<bool> {
        self.text(key).and_then(|text| text.parse().ok())
    }

    /// A whole number.
    pub(super) fn number(&self, key: &str) -> Option<i64> {
        self.text(key).and_then(|text| text.parse().ok())
    }

    /// The items of a list.
    pub(super) fn items(&self, key: &str) -> Vec<Self> {
        let Some(list) = self.get(key) else { return Vec::new() };
        let Content::List(items) = &list.node.content else { return Vec::new() };
        let path = |index| item_path(&list.path, index);
        items.iter().map(|it| Self::new(self.file, &it.node, path(it.index), it.node.place.line)).collect()
    }

    /// The texts of a list.
    pub(super) fn texts(&self, key: &str) -> Vec<String> {
        self.items(key).iter().filter_map(Self::scalar).collect()
    }

    /// The entries of a map whose keys the user chooses.
    pub(super) fn entries(&self, key: &str) -> Vec<(String, Self)> {
        let Some(map) = self.get(key) else { return Vec::new() };
        let Content::Map(entries) = &map.node.content else { return Vec::new() };
        let path = |key: &str| key_path(&map.path, key);
        let view = |it: &'a podsteward_specs::tree::Entry| {
            (it.key.clone(), Self::new(self.file, &it.node, path(&it.key), it.key_place.line))
        };
        entries.iter().map(view).collect()
    }

    /// Tells of every field that nobody read, with what to do instead where that is known.
    pub(super) fn tell_rest(&self, lost: &[(&str, &str)], warnings: &mut Warnings) {
        let Content::Map(entries) = &self.node.content else { return };
        let read = self.read.borrow();
        for entry in entries {
            let silent = entry.node.content == Content::Null || read.contains(&entry.key);
            if silent {
                continue;
            }
            let why = lost.iter().find(|(name, _)| *name == entry.key).map(|(_, why)| *why);
            let why = why.unwrap_or("podsteward has no such field");
            let at = At {
                file: self.file.to_owned(),
                line: entry.key_place.line,
                key: key_path(&self.path, &entry.key),
            };
            warnings.add(&at, format!("is not carried over: {why}"));
        }
    }
}
