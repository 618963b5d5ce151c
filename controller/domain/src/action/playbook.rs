//! The name of the action that a playbook is: `playbook/NAME`.
//!
//! Owns a name that is copied like every other action, so that an action stays a plain value. Never knows what the
//! playbook does.

use std::fmt;

use podsteward_specs::key::{Key, Name};

/// What stands before the name of the playbook.
const PREFIX: &str = "playbook/";
/// A name has so many bytes at most.
const NAME_MAX: usize = 63;

/// The name of a playbook.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaybookName {
    /// `playbook/NAME`, followed by zeros.
    text: [u8; PREFIX.len() + NAME_MAX],
}

impl PlaybookName {
    /// The action of a playbook.
    pub fn new(name: &Name) -> Self {
        let mut text = [0; PREFIX.len() + NAME_MAX];
        for (to, from) in text.iter_mut().zip(PREFIX.bytes().chain(name.as_str().bytes())) {
            *to = from;
        }
        Self { text }
    }

    /// The action of a name such as `playbook/clear-cache`.
    pub fn from_action(action: &str) -> Option<Self> {
        Name::new(action.strip_prefix(PREFIX)?).ok().map(|name| Self::new(&name))
    }

    /// The name of the action, `playbook/NAME`.
    pub fn as_str(&self) -> &str {
        let end = self.text.iter().position(|byte| *byte == 0).unwrap_or(self.text.len());
        self.text.get(..end).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }

    /// The playbook.
    pub fn key(&self) -> Option<Key> {
        self.as_str().parse().ok()
    }
}

impl fmt::Debug for PlaybookName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
