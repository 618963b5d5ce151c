//! What `run --once` shows while the host converges.
//!
//! Owns the board: on a terminal one line an object that changes in place, elsewhere one line a change of state.
//! Never waits and never writes: it turns a change into the text that belongs on stderr.

use std::collections::BTreeMap;

use podsteward_domain::status::ObjectStatus;
use podsteward_runtime::progress::Change;
use podsteward_specs::key::Key;

use super::table::{self, Cell, one_line};
use super::{Screen, colour};

/// The board.
pub(crate) struct Board {
    screen: Screen,
    objects: BTreeMap<Key, ObjectStatus>,
    /// Lines on the terminal that the next drawing replaces.
    drawn: usize,
}

impl Board {
    /// An empty board.
    pub(crate) fn new(screen: Screen) -> Self {
        Self { screen, objects: BTreeMap::new(), drawn: 0 }
    }

    /// Takes changes in and answers with what to write.
    pub(crate) fn apply(&mut self, changes: Vec<Change>) -> String {
        let mut plain = String::new();
        for change in changes {
            match change {
                Change::Status(status) => {
                    let before = self.objects.insert(status.key.clone(), (*status).clone());
                    if before.is_none_or(|before| {
                        (before.state, before.message) != (status.state, status.message.clone())
                    }) {
                        plain.push_str(&line(&status));
                    }
                }
                Change::Forgotten(key) => {
                    if self.objects.remove(&key).is_some() {
                        plain.extend([&*key.to_string(), " gone\n"]);
                    }
                }
            }
        }
        if self.fits() {
            return self.redraw();
        }
        self.drawn = 0;
        plain
    }

    /// Whether every object has a line on the terminal, with one left for the cursor.
    fn fits(&self) -> bool {
        self.screen.height.is_some_and(|height| self.objects.len() + 2 <= usize::from(height))
    }

    fn redraw(&mut self) -> String {
        let rows: Vec<_> = self.objects.values().map(row).collect();
        let text = table::text(&["OBJECT", "STATE", "MESSAGE"], &rows, self.screen);
        let up = if self.drawn == 0 { String::new() } else { format!("\u{1b}[{}A", self.drawn) };
        self.drawn = text.lines().count();
        // Each line clears what stood there before; the last sequence clears lines of objects that are gone.
        let lines = text.lines().map(|line| format!("\u{1b}[2K{line}\n"));
        std::iter::once(up).chain(lines).chain(["\u{1b}[J".to_owned()]).collect()
    }
}

fn line(status: &ObjectStatus) -> String {
    let message = one_line(&status.message);
    let gap = if message.is_empty() { "" } else { " " };
    format!("{} {}{gap}{message}\n", status.key, status.state)
}

fn row(status: &ObjectStatus) -> Vec<Cell> {
    vec![
        status.key.to_string().into(),
        Cell::styled(status.state.as_str(), colour::of_state(status.state)),
        status.message.as_str().into(),
    ]
}

#[cfg(test)]
mod tests;
