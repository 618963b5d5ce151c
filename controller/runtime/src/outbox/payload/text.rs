//! Texts cut to what a channel takes.
//!
//! Owns the cutting: what was longer ends with an ellipsis, and no character is cut in two.

/// What ends a text that was longer.
const MORE: char = '…';

/// A text without control characters; lines stay lines.
pub(super) fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

/// The same in one line.
pub(super) fn line(text: &str) -> String {
    visible(text).replace('\n', " ").trim().to_owned()
}

/// A text of so many bytes at most.
pub(super) fn cut_bytes(text: &str, most: usize) -> String {
    cut(text, most, |c| (c.into(), c.len_utf8()))
}

/// A text made of pieces, one for each character, each with its size, of this size at most.
pub(super) fn cut(text: &str, most: usize, piece: impl Fn(char) -> (String, usize)) -> String {
    let pieces = || text.chars().map(&piece);
    if pieces().map(|(_, size)| size).sum::<usize>() <= most {
        return pieces().map(|(piece, _)| piece).collect();
    }
    let room = most.saturating_sub(piece(MORE).1);
    let mut used = 0;
    let fits = pieces().take_while(|(_, size)| {
        used += size;
        used <= room
    });
    fits.map(|(piece, _)| piece).chain([MORE.to_string()]).collect()
}
