//! Snapshots as people read them.

use podsteward_domain::disk::Size;
use podsteward_runtime::listing::{Snapshot, Snapshots};

use crate::output::table::{self, Cell};
use crate::output::{Screen, View, age};

/// The columns. The id is never cut: it is what `restore` wants.
const HEADINGS: [&str; 7] = ["AGE", "OBJECT", "OF", "SIZE", "BY", "KEPT UNTIL", "ID"];

impl View for Snapshots {
    fn text(&self, screen: Screen) -> String {
        let rows: Vec<_> = self.snapshots.iter().map(row).collect();
        table::uncut(&HEADINGS, &rows, screen)
    }
}

fn row(snapshot: &Snapshot) -> Vec<Cell> {
    let of = match &snapshot.volume {
        Some(volume) => format!("volume {volume}"),
        None => snapshot.source.clone(),
    };
    let kept = if snapshot.expired { "over" } else { snapshot.keep_until.as_str() };
    vec![
        age::short(std::time::Duration::from_secs(snapshot.age_seconds)).into(),
        snapshot.object.to_string().into(),
        of.into(),
        Size(snapshot.bytes).to_string().into(),
        snapshot.provider.into(),
        kept.into(),
        snapshot.id.as_str().into(),
    ]
}

#[cfg(test)]
mod tests;
