//! Locations of redirects, and whether they are followed.

use super::on_same_host;

#[test]
fn a_redirect_is_followed_on_the_same_host_only() {
    let cases = [
        ("/ok", Some("http://h:80/ok")),
        ("ok?x", Some("http://h:80/a/ok?x")),
        ("https://h/ok", Some("https://h/ok")),
        ("//h:81/ok", Some("http://h:81/ok")),
        ("http://other:80/ok", None),
        ("//other", None),
    ];
    for (location, to) in cases {
        assert_eq!(on_same_host("http://h:80/a/b?q=/z", location).as_deref(), to, "{location}");
    }
    assert_eq!(on_same_host("http://[::1]:80", "/ok").as_deref(), Some("http://[::1]:80/ok"));
}
