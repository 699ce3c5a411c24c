//! Tables in Markdown, and what is said about many figures.

use crate::sides::Kind;

pub struct Table {
    columns: usize,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(head: &[&str]) -> Self {
        Self { columns: head.len(), rows: vec![head.iter().map(ToString::to_string).collect()] }
    }

    pub fn row(&mut self, cells: &[String]) {
        eprintln!("{}", cells.join(" | "));
        self.rows.push(cells.to_vec());
    }

    /// A row for each server that could not run, with the reason.
    pub fn missing(&mut self, missing: &[(Kind, String)]) {
        for (kind, why) in missing {
            let mut cells = vec![String::new(); self.columns];
            cells[0] = kind.name();
            cells[1].clone_from(why);
            self.rows.push(cells);
        }
    }

    pub fn print(&self) {
        for (index, row) in self.rows.iter().enumerate() {
            println!("| {} |", row.join(" | "));
            if index == 0 {
                println!("|---{}|", "|--:".repeat(self.columns - 1));
            }
        }
    }
}

pub fn quantile(values: &[f64], at: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    if sorted.is_empty() {
        return f64::NAN;
    }
    let place = (sorted.len() - 1) as f64 * at;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * place.fract()
}

pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}
