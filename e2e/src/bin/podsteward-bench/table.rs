//! The table that a bench prints.
//!
//! Owns its columns and the line that names the machine. Never measures.

use std::fs;
use std::time::Duration;

use anyhow::Result;
use podsteward_e2e::lab::Lab;

/// Rows in the order in which they were measured.
#[derive(Debug, Default)]
pub(crate) struct Table(Vec<Row>);

#[derive(Debug)]
struct Row {
    what: String,
    value: String,
    baseline: String,
    ratio: String,
}

impl Table {
    /// A time beside what it is compared with.
    pub(crate) fn compare(&mut self, what: &str, value: Duration, baseline: &str, base: Duration) {
        let ratio = format!("{:.2}", value.as_secs_f64() / base.as_secs_f64());
        let baseline = format!("{baseline} {}", millis(base));
        self.0.push(Row { what: what.to_owned(), value: millis(value), baseline, ratio });
    }

    /// A value that stands for itself.
    pub(crate) fn value(&mut self, what: &str, value: String) {
        self.0.push(Row { what: what.to_owned(), value, baseline: String::new(), ratio: String::new() });
    }

    /// Prints it as Markdown.
    #[expect(clippy::print_stdout, reason = "the table is what the bench is for")]
    pub(crate) fn print(&self, lab: &Lab) -> Result<()> {
        let version = lab.podman(&["version", "--format", "{{.Client.Version}}"])?.ok()?;
        println!("Podman {}, {}\n", version.trim(), machine()?);
        println!("| what | podsteward | compared with | ratio |\n|---|---|---|---|");
        for Row { what, value, baseline, ratio } in &self.0 {
            println!("| {what} | {value} | {baseline} | {ratio} |");
        }
        println!();
        Ok(())
    }
}

/// A duration in milliseconds, with the decimals that mean something.
pub(crate) fn millis(duration: Duration) -> String {
    let millis = duration.as_secs_f64() * 1e3;
    if millis < 10.0 { format!("{millis:.1} ms") } else { format!("{millis:.0} ms") }
}

fn machine() -> Result<String> {
    let processors = fs::read_to_string("/proc/cpuinfo")?;
    let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let count = processors.lines().filter(|line| line.starts_with("processor")).count();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let model = model.map_or("unknown processor", |(_, model)| model);
    Ok(format!("{count} x {model}, Linux {}", kernel.trim()))
}
