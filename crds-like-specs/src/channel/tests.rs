//! Channels: names that agree, and an address that nothing prints.

use expect_test::expect;

use super::{NotificationEvent, Url, ntfy_topic};
use crate::document::Document;
use crate::load::{SourceFile, load};

#[test]
fn an_event_has_one_name_everywhere() {
    for event in NotificationEvent::ALL {
        assert_eq!(serde_json::to_value(event).unwrap(), event.as_str());
    }
}

#[test]
fn what_follows_the_host_of_an_address_is_never_printed() {
    let urls = [
        "https://discord.com/api/webhooks/1/secret",
        "http://ntfy.lan:8080/secret",
        "https://ntfy.sh?secret",
        "https://ntfy.sh#secret",
        "https://[fd00::7]:8080",
    ];
    let print = |url: &str| {
        let url = Url::Literal(url.to_owned());
        format!("{url:?} {}\n", serde_json::to_string(&url).unwrap())
    };
    expect![[r#"
        Literal("https://discord.com/…") {"url":"https://discord.com/…"}
        Literal("http://ntfy.lan:8080/…") {"url":"http://ntfy.lan:8080/…"}
        Literal("https://ntfy.sh/…") {"url":"https://ntfy.sh/…"}
        Literal("https://ntfy.sh/…") {"url":"https://ntfy.sh/…"}
        Literal("https://[fd00::7]:8080") {"url":"https://[fd00::7]:8080"}
    "#]]
    .assert_eq(&urls.map(print).concat());
    expect![[r#"File("/etc/podsteward/url")"#]]
        .assert_eq(&format!("{:?}", Url::File("/etc/podsteward/url".to_owned())));
}

fn channel(url: &str) -> Result<Document, String> {
    let head = "apiVersion: podsteward.dev/v1alpha1\nkind: NotificationChannel\nmetadata: {name: phone}\n";
    let bytes = format!("{head}spec: {{type: webhook, url: {url:?}}}\n").into_bytes();
    let mut file = load(&[SourceFile { path: "f.yaml".to_owned(), bytes }]).files.remove(0);
    let problems: Vec<String> = file.problems.iter().map(ToString::to_string).collect();
    if problems.is_empty() { Ok(file.documents.remove(0)) } else { Err(problems.join("\n")) }
}

#[test]
fn a_document_keeps_the_address_and_does_not_print_it() {
    let document = channel("https://ntfy.sh/secret").unwrap();
    let literal = Url::Literal("https://ntfy.sh/secret".to_owned());
    assert_eq!(document.channel().map(|channel| &channel.url), Some(&literal));
    assert!(document.canonical.contains("secret"));
    let printed = format!("{document:?} {document:#?} {}", serde_json::to_string(&document).unwrap());
    assert!(printed.contains("https://ntfy.sh/…"), "{printed}");
    assert!(!printed.contains("secret"), "{printed}");
}

#[test]
fn an_address_has_a_scheme_and_a_host_and_no_password() {
    let sound = [
        "http://localhost",
        "https://ntfy.sh/topic",
        "https://10.0.0.7:8443/x?y=z#w",
        "http://[::1]:80/x",
        "https://ntfy.sh/a@b",
    ];
    for url in sound {
        assert!(channel(url).is_ok(), "{url}");
    }
    let unsound = [
        "",
        "ntfy.sh/secret",
        "//ntfy.sh/secret",
        "HTTP://ntfy.sh/secret",
        "file:///secret",
        "https://",
        "https://:80/secret",
        "https://?secret",
        "https://ntfy.sh:/secret",
        "https://ntfy.sh:0/secret",
        "https://ntfy.sh:+80/secret",
        "https://ntfy.sh:80:80/secret",
        "https://[::1/secret",
        "https://[::1]80/secret",
        "https://[secret]/",
        "https://fd00::7/secret",
        "https://me@ntfy.sh/secret",
        "https://:secret@ntfy.sh",
        "https://ntfy.sh/\tsecret",
    ];
    for url in unsound {
        let told = channel(url).unwrap_err();
        assert!(told.starts_with("f.yaml:4:28: spec.url: "), "{url}: {told}");
        assert!(!told.contains("secret"), "{url}: {told}");
    }
}

#[test]
fn an_ntfy_address_is_a_server_and_a_topic() {
    let split =
        |url: &str| ntfy_topic(url).map(|(server, topic)| format!("{server} {topic}")).unwrap_or_default();
    assert_eq!(split("https://ntfy.sh/mine"), "https://ntfy.sh/ mine");
    assert_eq!(split("https://ntfy.sh/mine/"), "https://ntfy.sh/ mine");
    assert_eq!(split("http://h:80/push/my-own_1?auth=x#y"), "http://h:80/push/?auth=x my-own_1");
    let none = ["https://ntfy.sh", "https://ntfy.sh/", "https://ntfy.sh/a,b", "https://ntfy.sh/a%0a", "mine"];
    for url in none.map(str::to_owned).into_iter().chain([format!("https://ntfy.sh/{}", "a".repeat(65))]) {
        assert_eq!(split(&url), "", "{url}");
    }
}
