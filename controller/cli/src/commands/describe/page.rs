//! The page of `describe`: its shape for programs and its look for people.
//!
//! Owns both. Never reads anything: [`super::page`] fills it.

use podsteward_domain::status::ConditionStatus;
use podsteward_domain::time::Moment;
use podsteward_runtime::listing::{Condition, Finding, Intent, Object, Record};
use podsteward_store::{Event, EventType};
use serde::Serialize;

use super::memory::MemoryView;
use crate::output::colour::{self, paint};
use crate::output::table::{self, Cell, labelled};
use crate::output::{Screen, View, age};
use crate::view::{finding, record};

/// The page.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    pub(super) object: Object,
    /// The file and line where it is declared.
    pub(super) declared: Option<String>,
    /// What a playbook says, line by line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) steps: Vec<String>,
    pub(super) memory: MemoryView,
    pub(super) records: Vec<Record>,
    pub(super) intent: Option<Intent>,
    pub(super) findings: Vec<Finding>,
    pub(super) events: Vec<EventView>,
    #[serde(skip)]
    pub(super) now: Moment,
}

/// One event.
#[derive(Debug, Serialize)]
pub(super) struct EventView {
    #[serde(rename = "type")]
    kind: EventType,
    reason: String,
    message: String,
    count: u64,
    first: String,
    last: String,
    #[serde(skip)]
    at: Moment,
}

impl From<Event> for EventView {
    fn from(event: Event) -> Self {
        Self {
            kind: event.kind,
            reason: event.reason,
            message: event.message,
            count: event.count,
            first: event.first.to_rfc3339(),
            last: event.last.to_rfc3339(),
            at: event.last,
        }
    }
}

impl View for Page {
    fn text(&self, screen: Screen) -> String {
        let mut text = labelled(&self.lines(), screen);
        let tables = [
            ("Steps", self.steps.iter().fold(String::new(), |lines, step| lines + step + "\n")),
            ("Conditions", self.conditions(screen)),
            ("Findings", finding::text(&self.findings, screen)),
            ("Events", self.event_table(screen)),
        ];
        for (title, table) in tables.into_iter().filter(|(_, table)| !table.is_empty()) {
            text.extend(["\n", &paint(title, colour::HEAD, screen.colour), "\n", &table]);
        }
        text
    }
}

impl Page {
    fn lines(&self) -> Vec<(&'static str, Cell)> {
        let object = &self.object;
        let message = (!object.message.is_empty()).then(|| ("Message", object.message.clone()));
        let declared = self.declared.clone().unwrap_or_else(|| "nowhere".to_owned());
        let intent = self.intent.as_ref().map(|intent| {
            let age = age::short(std::time::Duration::from_secs(intent.age_seconds));
            ("In progress", format!("{} is {} for {age} (intent {})", intent.action, intent.state, intent.id))
        });
        let mut lines = vec![
            ("Object", object.key.to_string().into()),
            ("State", Cell::styled(object.state.as_str(), colour::of_state(object.state))),
        ];
        let more = message.into_iter().chain([("Declared in", declared)]);
        let more = more.chain(object.image.clone().map(|image| ("Image", image)));
        let more = more.chain(object.container_id.clone().map(|id| ("Container", id)));
        let learned = self.records.iter().map(|it| ("Learned", record::sentence(it)));
        let more = more.chain(self.memory.lines(&object.key, self.now)).chain(learned).chain(intent);
        lines.extend(more.map(|(label, line)| (label, Cell::from(line))));
        lines
    }

    fn conditions(&self, screen: Screen) -> String {
        let rows: Vec<_> = self.object.conditions.iter().map(|condition| self.condition(condition)).collect();
        table::text(&["TYPE", "STATUS", "SINCE", "REASON", "MESSAGE"], &rows, screen)
    }

    fn condition(&self, condition: &Condition) -> Vec<Cell> {
        let status = match condition.status {
            ConditionStatus::True => "True",
            ConditionStatus::False => "False",
            ConditionStatus::Unknown => "Unknown",
        };
        vec![
            format!("{:?}", condition.kind).into(),
            status.into(),
            age::short(self.now.since(condition.since)).into(),
            condition.reason.as_str().into(),
            condition.message.as_str().into(),
        ]
    }

    fn event_table(&self, screen: Screen) -> String {
        let rows: Vec<_> = self.events.iter().map(|event| self.event(event)).collect();
        table::text(&["AGE", "TYPE", "REASON", "COUNT", "MESSAGE"], &rows, screen)
    }

    fn event(&self, event: &EventView) -> Vec<Cell> {
        let kind = match event.kind {
            EventType::Normal => "Normal".into(),
            EventType::Warning => Cell::styled("Warning", colour::LOOK),
        };
        vec![
            age::short(self.now.since(event.at)).into(),
            kind,
            event.reason.as_str().into(),
            event.count.to_string().into(),
            event.message.as_str().into(),
        ]
    }
}

#[cfg(test)]
mod tests;
