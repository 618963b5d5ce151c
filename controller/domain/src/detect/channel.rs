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
