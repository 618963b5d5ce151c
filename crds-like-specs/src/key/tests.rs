//! Keys: what is a name, what is a kind, and that printing and reading are inverse.

use expect_test::expect;

use super::{Key, Kind, Name};

#[test]
fn a_name_is_an_rfc_1123_label() {
    let longest = "a".repeat(63);
    for name in ["a", "0", "web-1", "1-web", longest.as_str()] {
        assert!(Name::new(name).is_ok(), "{name}");
    }
    let too_long = "a".repeat(64);
    for name in ["", "-", "-a", "a-", "A", "a_b", "a.b", "a b", "é", too_long.as_str()] {
        assert!(Name::new(name).is_err(), "{name}");
    }
}

#[test]
fn a_key_is_read_as_it_is_printed_and_in_the_spellings_of_a_person() {
    for kind in Kind::ALL {
        let key = Key { kind, name: Name::new("web").unwrap() };
        assert_eq!(key.to_string().parse(), Ok(key.clone()));
        assert_eq!(format!("{kind}s/web").parse(), Ok(key));
    }
}

#[test]
fn a_kind_is_read_in_any_case_singular_and_plural() {
    let read = |word: &str| Kind::from_word(word);
    for word in ["remediationpolicy", "remediationpolicies", "RemediationPolicy", "RemediationPolicies"] {
        assert_eq!(read(word), Some(Kind::RemediationPolicy), "{word}");
    }
    for word in ["notificationchannel", "notificationchannels", "NotificationChannels"] {
        assert_eq!(read(word), Some(Kind::NotificationChannel), "{word}");
    }
    assert_eq!([read("hosts"), read("containers")], [Some(Kind::Host), Some(Kind::Container)]);
    for word in ["disk", "disks", "DiskPolicy", "diskpolicies"] {
        assert_eq!(read(word), Some(Kind::Disk), "{word}");
    }
    for word in ["", "s", "ies", "policy", "remediationpolicie", "containerss"] {
        assert_eq!(read(word), None, "{word}");
    }
}

#[test]
fn the_host_and_the_policy_have_keys_that_are_read_back() {
    for (key, text) in [(Key::host(), "host/local"), (Key::policy(), "remediationpolicy/default")] {
        assert_eq!(key.to_string(), text);
        assert_eq!(text.parse(), Ok(key));
    }
}

#[test]
fn what_is_no_key_is_told_with_what_is_allowed() {
    let told = ["web", "pod/web", "container/Web", "container/"];
    let told = told.map(|text| format!("{}\n", text.parse::<Key>().unwrap_err()));
    expect![[r"
        'web' is not a key (KIND/NAME, for example container/web)
        'pod' is not a kind (remediationpolicy, notificationchannel, alertroute, playbook, backupcheck, disk, network, volume, container)
        'Web' is not a name (1 to 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit)
        '' is not a name (1 to 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit)
    "]]
    .assert_eq(&told.concat());
}

#[test]
fn keys_are_ordered_settings_first_and_containers_last() {
    let mut keys: Vec<Key> = [
        "container/a",
        "volume/b",
        "notificationchannel/d",
        "network/c",
        "remediationpolicy/default",
        "container/b",
        "disk/z",
    ]
    .map(|key| key.parse().unwrap())
    .to_vec();
    keys.sort();
    let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    assert_eq!(
        keys,
        [
            "remediationpolicy/default",
            "notificationchannel/d",
            "disk/z",
            "network/c",
            "volume/b",
            "container/a",
            "container/b"
        ]
    );
}
