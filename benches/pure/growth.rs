//! A table of what criterion has measured: how the time per token changes with their number.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// Where criterion keeps what it measures: `criterion/` in the folder that cargo builds into.
pub(crate) fn dir() -> PathBuf {
    let program = env::current_exe().expect("a running program has a path");
    // It lies in <target>/release/deps/.
    program.ancestors().nth(3).expect("cargo builds into a folder").join("criterion")
}

/// Prints a line for each group with its newest times, also those of an earlier run.
pub(crate) fn print(dir: &Path, groups: impl Iterator<Item = &'static str>, sizes: &[usize]) {
    println!("\nNanoseconds per token (milliseconds for all of them), and how much that is at the end of the start:\n");
    let titles = sizes.iter().map(|n| format!("{} tokens", with_commas(*n)));
    let head: Vec<String> = ["".into()].into_iter().chain(titles).chain(["growth".into()]).collect();
    println!("| {} |", head.join(" | "));
    println!("|:--|{}", "--:|".repeat(sizes.len() + 1));
    for group in groups {
        let times: Vec<Option<f64>> = sizes.iter().map(|n| nanoseconds(dir, group, *n)).collect();
        let cells = times.iter().zip(sizes).map(|(time, n)| match time {
            Some(time) => format!("{:.1} ({:.2})", time / *n as f64, time / 1e6),
            None => "–".into(),
        });
        let each = |idx: usize| times[idx].map(|it| it / sizes[idx] as f64);
        let growth = match (each(0), each(sizes.len() - 1)) {
            (Some(first), Some(last)) => format!("{:.1}×", last / first),
            _ => "–".into(),
        };
        println!("| {group} | {} | {growth} |", cells.collect::<Vec<_>>().join(" | "));
    }
}

/// The median of the last measurement.
fn nanoseconds(dir: &Path, group: &str, n: usize) -> Option<f64> {
    // criterion keeps commas and blanks in the names of its folders.
    let text = fs::read_to_string(dir.join(group).join(n.to_string()).join("new/estimates.json")).ok()?;
    let estimates: serde_json::Value = serde_json::from_str(&text).ok()?;
    estimates["median"]["point_estimate"].as_f64()
}

fn with_commas(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
