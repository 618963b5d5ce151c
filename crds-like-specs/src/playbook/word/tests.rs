//! Words: what is a parameter, and that its value stays one word.

use std::collections::BTreeMap;

use expect_test::expect;

use super::{Argv, Word};

#[test]
fn a_parameter_is_a_whole_word_or_it_is_refused() {
    let read = |text: &str| match Word::parse(text) {
        Ok(word) => format!("{text} = {word:?}\n"),
        Err(error) => format!("{text}: {error}\n"),
    };
    let texts = [
        "plain", "", "$(name)", "$$(name)", "a$(name)", "$(name)b", "$(a)$(b)", "$()", "$(1a)", "$name",
        "$(a b)",
    ];
    expect![[r#"
        plain = Text("plain")
         = Text("")
        $(name) = Parameter("name")
        $$(name) = Text("$(name)")
        a$(name): 'a$(name)' has a parameter in a word ($(NAME) is a word by itself; $$( stands for a plain $()
        $(name)b: '$(name)b' has a parameter in a word ($(NAME) is a word by itself; $$( stands for a plain $()
        $(a)$(b): '$(a)$(b)' has a parameter in a word ($(NAME) is a word by itself; $$( stands for a plain $()
        $(): '' is not the name of a parameter (letters, digits, '-' and '_', a letter first, at most 63)
        $(1a): '1a' is not the name of a parameter (letters, digits, '-' and '_', a letter first, at most 63)
        $name = Text("$name")
        $(a b): 'a b' is not the name of a parameter (letters, digits, '-' and '_', a letter first, at most 63)
    "#]]
    .assert_eq(&texts.map(read).concat());
}

fn filled(arguments: &[&str], value: &str) -> String {
    let arguments = arguments.iter().map(|text| Word::parse(text).unwrap()).collect();
    let argv = Argv { program: "/bin/tool".to_owned(), arguments };
    let values = BTreeMap::from([("v".to_owned(), value.to_owned())]);
    match argv.filled(&values) {
        Ok(words) => format!("{words:?}\n"),
        Err(error) => format!("{error}\n"),
    }
}

#[test]
fn a_value_stays_one_word_and_is_never_an_option() {
    let said = [
        filled(&["a", "$(v)"], "two words; 'and' \"more\" $(v) `x`"),
        filled(&["$(v)"], ""),
        filled(&["$(v)"], "-rf"),
        filled(&["$(v)", "--", "x"], "--all"),
        filled(&["--", "$(v)"], "--all"),
        filled(&["$(v)"], "a\0b"),
        filled(&["$(w)"], "a"),
    ];
    expect![[r#"
        ["/bin/tool", "a", "two words; 'and' \"more\" $(v) `x`"]
        ["/bin/tool", ""]
        parameter v is '-rf', which would be taken for an option (a word -- before it, or no '-' first)
        parameter v is '--all', which would be taken for an option (a word -- before it, or no '-' first)
        ["/bin/tool", "--", "--all"]
        parameter v holds a NUL character or more than 4096 bytes
        no parameter w is declared (one of spec.parameters, or target)
    "#]]
    .assert_eq(&said.concat());
}
