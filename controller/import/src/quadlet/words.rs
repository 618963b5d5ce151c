//! Words of a unit's value: blanks, quotes, escapes.
//!
//! Owns systemd's rules as quadlet follows them, relaxed: an open quote ends with the value. Never expands anything.

/// Splits a value into words without their quotes. With `escapes`, `\n`, `\x41` and their like are read as in C;
/// without, a backslash is a character like any other.
pub(super) fn split(value: &str, escapes: bool) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' if escapes => {
                let (text, after) = escape(rest.as_str());
                word.get_or_insert_default().push_str(&text);
                rest = after.chars();
            }
            _ if quote == Some(c) => quote = None,
            '"' | '\'' if quote.is_none() => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            ' ' | '\t' | '\n' | '\r' if quote.is_none() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    // Quadlet loses a word that is empty.
    words.retain(|word| !word.is_empty());
    words
}

/// What stands behind a backslash, and the rest. What is no escape stays as it is.
fn escape(text: &str) -> (String, &str) {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return (String::new(), "") };
    let rest = chars.as_str();
    let plain = match first {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        's' => ' ',
        '\\' | '"' | '\'' => first,
        'x' => return coded(text, 1, 2, 16),
        'u' => return coded(text, 1, 4, 16),
        'U' => return coded(text, 1, 8, 16),
        '0'..='7' => return coded(text, 0, 3, 8),
        _ => return (format!("\\{first}"), rest),
    };
    (plain.to_string(), rest)
}

/// A character by its number in `digits` digits after `skip` letters.
fn coded(text: &str, skip: usize, digits: usize, radix: u32) -> (String, &str) {
    let number = text.get(skip..skip + digits).and_then(|number| u32::from_str_radix(number, radix).ok());
    match number.and_then(char::from_u32).filter(|c| *c != '\0') {
        Some(c) => (c.to_string(), text.get(skip + digits..).unwrap_or_default()),
        None => ("\\".to_owned(), text),
    }
}

#[cfg(test)]
mod tests;
