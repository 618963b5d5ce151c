//! Specifiers and variables: what they become, what stays, what cannot be known.

use super::Meanings;

fn resolve(value: &str) -> Result<String, String> {
    let specifiers = [('h', "/home/me".to_owned()), ('N', "web".to_owned())].into_iter().collect();
    let variables = [("PORT".to_owned(), "80".to_owned())].into_iter().collect();
    let meanings = Meanings { specifiers, variables };
    meanings.specifiers(value).and_then(|value| meanings.variables(&value))
}

#[test]
fn what_is_known_is_put_in_and_what_is_none_stays() {
    for (value, expected) in [
        ("%h/x-%N", "/home/me/x-web"),
        ("100%% %{http_code} %", "100% %{http_code} %"),
        ("a${PORT}b $PORT", "a80b 80"),
        ("echo $$HOME $", "echo $HOME $"),
        ("'echo $HOME' a$PORT ${1}", "'echo $HOME' a$PORT ${1}"),
    ] {
        assert_eq!(resolve(value).as_deref(), Ok(expected), "{value}");
    }
}

#[test]
fn what_only_systemd_knows_is_told() {
    assert_eq!(resolve("%m"), Err("holds %m, which only systemd can resolve".to_owned()));
    let unknown = "holds the variable HOME, which systemd takes from the unit's environment".to_owned();
    assert_eq!(resolve("$HOME"), Err(unknown.clone()));
    assert_eq!(resolve("x${HOME}"), Err(unknown));
}
