//! When a channel is quiet.
//!
//! Owns how the quiet hours of a channel and of the policy go together. Never reads a clock.

use std::time::Duration;

use podsteward_domain::time::Moment;
use podsteward_specs::window::Window;

use crate::outbox::Channel;

const MINUTE_MS: i64 = 60_000;
/// The most minutes from any time to the end of a window: a day, and the hour by which clocks are set back.
const WINDOW_MINUTES: i64 = 25 * 60;

/// Until when a channel is quiet: by its own hours and the policy's.
pub(in crate::outbox) fn quiet_until(
    channel: &Channel,
    policy: Option<&Window>,
    now: Moment,
) -> Option<Moment> {
    let millis = open(channel, policy, now).map(|window| closes(window, now.wall_ms) - now.wall_ms).max()?;
    Some(now.after(Duration::from_millis(millis.unsigned_abs())))
}

/// Whether a channel was quiet at a time.
pub(in crate::outbox) fn was_quiet(channel: &Channel, policy: Option<&Window>, at: Moment) -> bool {
    open(channel, policy, at).next().is_some()
}

/// What a clock shows in the place whose quiet hours hold for a channel; in UTC where none do.
pub(in crate::outbox) fn clock(channel: &Channel, policy: Option<&Window>, at: Moment) -> String {
    let window = channel.spec.quiet_hours.as_ref().or(policy);
    window.map_or_else(
        || at.to_rfc3339().get(11..16).unwrap_or_default().to_owned(),
        |window| window.clock(at.wall_ms),
    )
}

fn open<'a>(
    channel: &'a Channel,
    policy: Option<&'a Window>,
    at: Moment,
) -> impl Iterator<Item = &'a Window> {
    let windows = [channel.spec.quiet_hours.as_ref(), policy];
    windows.into_iter().flatten().filter(move |window| window.is_open(at.wall_ms))
}

/// When an open window closes. It does so at a whole minute.
fn closes(window: &Window, wall_ms: i64) -> i64 {
    let next = (wall_ms.div_euclid(MINUTE_MS) + 1) * MINUTE_MS;
    let minutes = (0..WINDOW_MINUTES).map(|minute| next + minute * MINUTE_MS);
    let closed = minutes.into_iter().find(|at| !window.is_open(*at));
    // One that never closes is looked at again a day later.
    closed.unwrap_or(next + WINDOW_MINUTES * MINUTE_MS)
}
