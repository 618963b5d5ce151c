//! Name servers, search domains, further hosts.
//!
//! Owns their rows of the table. The order of name servers and of search domains means something.

use super::difference::Seen;
use super::table::{Row, Side};
use super::text;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row::one(
        "spec.dns",
        |side| text::list(side.spec().dns.iter().flatten()),
        |side| Seen::told(text::list(&side.live().dns)),
    ),
    Row::one(
        "spec.dnsSearch",
        |side| text::list(side.spec().dns_search.iter().flatten()),
        |side| Seen::told(text::list(&side.live().dns_search)),
    ),
    Row::each("spec.extraHosts", |side| side.spec().extra_hosts.clone(), extra_host),
];

fn extra_host(side: &Side<'_>, name: &str) -> Seen {
    Seen::told(side.live().extra_hosts.get(name))
}
