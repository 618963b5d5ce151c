//! The listing of `forecast` as a table, with a sparkline where somebody looks at it.

use podsteward_domain::disk::{Size, percent};
use podsteward_domain::score::Score;
use podsteward_runtime::listing::{DiskForecast, Forecasts};

use crate::output::colour::{BAD, DIM, GOOD, LOOK};
use crate::output::table::{self, Cell};
use crate::output::{Screen, View};

/// A week in days, below which an end is critical.
const SOON: f64 = 7.0;
/// Steps of a sparkline, from empty to full.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

impl View for Forecasts {
    fn text(&self, screen: Screen) -> String {
        let rows: Vec<Vec<Cell>> = self.forecasts.iter().map(|disk| row(disk, screen)).collect();
        let headings = ["NAME", "PATH", "USED", "OF", "GROWTH", "DAYS LEFT", "SURE", "PAST ERROR"];
        let last = if screen.width.is_some() { "LAST 7 DAYS" } else { "NOTE" };
        let headings: Vec<&str> = headings.into_iter().chain([last]).collect();
        table::text(&headings, &rows, screen)
    }
}

fn row(disk: &DiskForecast, screen: Screen) -> Vec<Cell> {
    let dash = || "-".to_owned();
    let used = disk.used_ratio.map(|share| percent(share.basis_points()));
    let last = match (&disk.reason, screen.width) {
        (_, Some(_)) if disk.history.iter().any(Option::is_some) => Cell::from(sparkline(&disk.history)),
        (reason, _) => Cell::styled(reason.clone().unwrap_or_default(), DIM),
    };
    vec![
        Cell::from(disk.object.name.as_str()),
        Cell::from(&disk.path),
        level(disk, &used.unwrap_or_else(dash)),
        Cell::from(disk.total_bytes.map_or_else(dash, |bytes| Size(bytes).to_string())),
        Cell::from(disk.slope_bytes_per_day.map_or_else(dash, growth)),
        left(disk),
        Cell::from(disk.confidence.map_or_else(dash, |sure| sure.to_string())),
        Cell::from(disk.past_error_ratio.map_or_else(dash, |error| percent(error.basis_points()))),
        last,
    ]
}

fn level(disk: &DiskForecast, text: &str) -> Cell {
    let share = disk.used_ratio.map(Score::basis_points);
    let style = match share {
        Some(share) if share >= disk.act_ratio.basis_points() => BAD,
        Some(_) => GOOD,
        None => DIM,
    };
    Cell::styled(text, style)
}

fn growth(slope: i64) -> String {
    let sign = if slope < 0 { "-" } else { "+" };
    format!("{sign}{}/d", Size(slope.unsigned_abs()))
}

fn left(disk: &DiskForecast) -> Cell {
    let Some((days, [early, late])) = disk.days_left.zip(disk.days_left_interval) else {
        return Cell::styled(disk.outlook, DIM);
    };
    let style = if days < SOON { BAD } else { LOOK };
    Cell::styled(format!("{days:.1} ({early:.1} to {late:.1})"), style)
}

/// One bar a step, on the scale from nothing to all; a gap where nothing was measured.
fn sparkline(history: &[Option<Score>]) -> String {
    let bar = |share: &Option<Score>| match share {
        Some(share) => {
            let at = usize::from(share.basis_points()) * BARS.len() / 10_001;
            BARS.get(at).copied().unwrap_or(' ')
        }
        None => ' ',
    };
    history.iter().map(bar).collect()
}

#[cfg(test)]
mod tests;
