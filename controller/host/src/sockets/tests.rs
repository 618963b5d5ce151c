//! This very process listens, and is looked up.

use std::net::TcpListener;

use podsteward_domain::time::Moment;

use super::{Listening, listening};
use crate::pidfd::Identity;

fn look(port: u16) -> Listening {
    let identity = Identity { container: "", started_ms: None };
    listening(std::process::id(), &identity, Moment::default(), port).unwrap()
}

#[test]
fn a_port_is_told_by_who_can_reach_it() {
    for (address, reach) in [("127.0.0.1:0", Listening::ToItself), ("0.0.0.0:0", Listening::ToOthers)] {
        let listener = TcpListener::bind(address).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert_eq!(look(port), reach, "{address}");
        drop(listener);
        assert_eq!(look(port), Listening::No, "{address}");
    }
}

#[test]
fn what_listens_on_all_addresses_of_both_families_is_reached() {
    let Ok(listener) = TcpListener::bind("[::]:0") else { return };
    assert_eq!(look(listener.local_addr().unwrap().port()), Listening::ToOthers);
}
