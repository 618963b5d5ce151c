//! Findings about notification channels.

use crate::channel::ChannelFacts;
use crate::detect::object::finding;
use crate::finding::{Finding, FindingKind};
use crate::view::View;
use crate::world::Subject;

/// It refuses notifications, and will until somebody mends its address or token.
pub(super) fn channel_refused(view: &View<'_>) -> Option<Finding> {
    let refused = facts(view)?.refused.as_ref()?;
    let message = format!("{refused}: nothing arrives until its address or token is mended");
    Some(finding(view, FindingKind::ChannelRefused, message))
}

/// So often in a row it must have failed: a receiver that restarts is away for less.
const FAILED_OFTEN: u32 = 3;

/// It cannot be reached, or a file that it needs cannot be read. One that refuses says what is wrong itself.
pub(super) fn channel_failing(view: &View<'_>) -> Option<Finding> {
    let facts = facts(view)?;
    let often = facts.failing.as_ref().filter(|(tries, _)| *tries >= FAILED_OFTEN && facts.refused.is_none());
    let message = match (&facts.unreadable, often) {
        (Some(unreadable), _) => format!("nothing can be sent: {unreadable}"),
        (None, Some((tries, error))) => {
            format!("nothing arrived in {tries} tries, the last time: {error}; it is tried again")
        }
        (None, None) => return None,
    };
    Some(finding(view, FindingKind::ChannelFailing, message))
}

/// Others may read the file that holds its address or token.
pub(super) fn secret_exposed(view: &View<'_>) -> Option<Finding> {
    let exposed = &facts(view)?.exposed;
    if exposed.is_empty() {
        return None;
    }
    let files: Vec<String> =
        exposed.iter().map(|(field, mode)| format!("its {field} has mode {mode:04o}")).collect();
    let message = format!("others may read its secret: {}; 0600 is enough", files.join(", "));
    Some(finding(view, FindingKind::SecretExposed, message))
}

/// Of one that is declared: nobody minds the others.
fn facts<'v>(view: &View<'v>) -> Option<&'v ChannelFacts> {
    let Subject::Channel(facts) = &view.world.subject else { return None };
    view.document.map(|_| facts)
}
