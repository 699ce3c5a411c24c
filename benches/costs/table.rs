//! What was measured, as it is printed.

use std::time::Duration;

/// The figures of one thing, a row for each build.
pub struct Table {
    title: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(title: impl Into<String>, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|column| (*column).to_owned()).collect();
        Self { title: title.into(), columns, rows: vec![] }
    }

    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub fn print(&self) {
        println!("\n### {}\n\n| {} |", self.title, self.columns.join(" | "));
        let sides = self.columns.iter().enumerate().map(|(at, _)| if at < 2 { "---" } else { "---:" });
        println!("|{}|", sides.collect::<Vec<_>>().join("|"));
        for row in &self.rows {
            println!("| {} |", row.join(" | "));
        }
    }
}

pub fn median(mut values: Vec<Duration>) -> Duration {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}

pub fn ms(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1e3;
    if ms < 10.0 { format!("{ms:.2}") } else { format!("{ms:.0}") }
}

pub fn ratio(of: Duration, to: Duration) -> String {
    format!("{:.2}", of.as_secs_f64() / to.as_secs_f64())
}
