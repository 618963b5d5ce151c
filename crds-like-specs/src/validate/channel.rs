//! The checks of a NotificationChannel.
//!
//! Owns the checks within one channel.

use super::field::Field;
use crate::channel::NotificationChannel;
use crate::wire::channel as wire;

/// Checks a channel.
pub(super) fn channel(_wire: wire::NotificationChannel, field: &Field<'_>) -> Option<NotificationChannel> {
    field.problem("is not understood yet");
    None
}
