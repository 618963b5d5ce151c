//! Playbooks that a person asked for.
//!
//! Owns the reading of requests and their end. Never carries one out: plans do.

use std::collections::BTreeMap;

use podsteward_domain::playbook::{Requests, answered};
use podsteward_domain::time::Moment;
use podsteward_specs::key::{Key, Name};
use podsteward_store::Store;

use crate::context::Context;
use crate::queue::Reason;

/// What a person asked for and what still counts; the rest is ended.
pub fn requested(store: &Store, now: Moment) -> podsteward_store::Result<BTreeMap<Key, Requests>> {
    let mut requested = store.playbook_requests()?;
    let asked = store.open_approvals()?;
    for (key, requests) in &mut requested {
        let waits = |name: &Name| {
            asked.iter().any(|it| it.question.target == *key && answered(&it.question).as_ref() == Some(name))
        };
        for (name, _) in requests.extract_if(.., |name, request| !request.is_recent(now) && !waits(name)) {
            store.end_playbook_request(key, &name)?;
        }
    }
    requested.retain(|_, requests| !requests.is_empty());
    Ok(requested)
}

/// Takes in what a person asked for.
pub fn take_in(context: &Context) {
    if let Some(requested) = context.survive(requested(context.keeper.store(), context.now())) {
        let concerned = context.world.put_playbooks_asked(requested);
        context.request(concerned, Reason::Asked);
    }
}
