//! Tables that line up.
//!
//! Owns the look: no borders, two spaces between columns, one line a row, wide characters counted as such. On a
//! terminal the last column is cut to what is left, or stands below its line where it must not be cut; in a file or pipe
//! nothing is cut.
//! Called by the views of all listings.

use anstyle::Style;
use comfy_table::{ColumnConstraint, ContentArrangement, TableStyle};

use super::Screen;
use super::colour::{self, paint};

/// One cell.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    style: Option<Style>,
}

impl Cell {
    /// A cell in a colour.
    pub(crate) fn styled(text: impl AsRef<str>, style: Style) -> Self {
        Self { text: one_line(text.as_ref()), style: Some(style) }
    }

    /// The text, in its colour if colours are wanted.
    pub(crate) fn painted(&self, colour: bool) -> String {
        self.style.map_or_else(|| self.text.clone(), |style| paint(&self.text, style, colour))
    }
}

impl<T: AsRef<str>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: one_line(text.as_ref()), style: None }
    }
}

/// A table with its headings. No rows: nothing at all, not even headings.
pub(crate) fn text(headings: &[&str], rows: &[Vec<Cell>], screen: Screen) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let heading: Vec<_> = headings.iter().map(|text| Cell::styled(text, colour::HEAD)).collect();
    let cells: Vec<_> = std::iter::once(&heading).chain(rows).collect();
    let lines: Vec<_> = layout(&cells, screen).lines().collect();
    let mut text = String::new();
    for (line, row) in lines.iter().zip(cells) {
        text.push_str(&painted(line.trim_end(), row, screen.colour));
        text.push('\n');
    }
    text
}

/// A table whose last column is never cut: where a terminal has no room for it, it stands below each line.
pub(crate) fn uncut(headings: &[&str], rows: &[Vec<Cell>], screen: Screen) -> String {
    let wide = Screen { width: None, ..screen };
    let whole = |screen| text(headings, rows, screen);
    let room = screen.width.map_or(usize::MAX, usize::from);
    let plain = whole(Screen::default());
    if plain.lines().all(|line| line.chars().count() <= room) {
        return whole(wide);
    }
    let first: Vec<Vec<Cell>> = rows.iter().map(|row| but_last(row).to_vec()).collect();
    let lines = text(but_last(headings), &first, wide);
    let mut lines = lines.lines();
    let heading = lines.next().unwrap_or_default().to_owned();
    let below = lines.zip(rows).flat_map(|(line, row)| {
        let last = row.last().map(|cell| format!("    {}", cell.painted(screen.colour)));
        std::iter::once(line.to_owned()).chain(last)
    });
    super::lines(std::iter::once(heading).chain(below))
}

fn but_last<T>(all: &[T]) -> &[T] {
    all.split_last().map_or(&[], |(_, rest)| rest)
}

fn layout(rows: &[&Vec<Cell>], screen: Screen) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(TableStyle::new());
    for row in rows {
        let mut cells = comfy_table::Row::from(row.iter().map(|cell| &cell.text));
        cells.max_height(1);
        table.add_row(cells);
    }
    let columns = table.column_count();
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if at + 1 == columns { 0 } else { 2 }));
        if at + 1 < columns {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    if let Some(width) = screen.width {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(width);
    }
    table
}

/// Lines with a label in front of each, all beginning in the same column.
pub(crate) fn labelled(lines: &[(&str, Cell)], screen: Screen) -> String {
    let width = lines.iter().map(|(label, _)| label.len()).max().unwrap_or(0) + 2;
    super::lines(lines.iter().map(|(label, cell)| {
        let label = format!("{:<width$}", format!("{label}:"));
        paint(&label, colour::HEAD, screen.colour) + &cell.painted(screen.colour)
    }))
}

/// A line with its cells coloured. The cells stand in it in order, so that each is found after the one before.
fn painted(line: &str, row: &[Cell], colour: bool) -> String {
    let mut text = String::new();
    let mut rest = line;
    for cell in row {
        // A cell that was cut is not found, and stays as it is.
        let Some((before, after)) = rest.split_once(cell.text.as_str()) else { continue };
        text.push_str(before);
        text.push_str(
            &cell.style.map_or_else(|| cell.text.clone(), |style| paint(&cell.text, style, colour)),
        );
        rest = after;
    }
    text + rest
}

/// Text of one line without control characters: what Podman or a container says must not move the cursor.
pub(crate) fn one_line(text: &str) -> String {
    text.split(char::is_control).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
