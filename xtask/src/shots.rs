//! `cargo xtask shots`: pictures of every screen and dialog, for a designer to look through. Playwright makes them, by
//! tests/e2e/shots, with a dev server of its own for each screen.

use std::path::absolute;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cli::{Scheme, ShotsOptions};
use crate::setup;
use crate::start;
use xtask::process;
use xtask::project::Project;

/// Where the pictures go, in the folder that cargo builds into.
const FOLDER: &str = "shots";

/// Builds what is missing and makes the pictures. Screens that cannot be reached make it fail, when all others are done.
pub(crate) fn run(project: &Project, options: &ShotsOptions) -> Result<()> {
    let dist = options.dist.as_ref().map(absolute).transpose()?;
    if let Some(dist) = dist.as_ref().filter(|dist| !dist.join("index.html").is_file()) {
        bail!("{} holds no built page", dist.display());
    }
    let toolchain = setup::for_shots(project)?;
    let dist = match dist {
        Some(dist) => {
            start::build_devserver(project, &toolchain)?;
            dist
        }
        None => start::build_page_and_server(project, &toolchain)?,
    };
    let mut playwright = playwright(project, options);
    playwright.env("TOKENDECK_DIST", dist);
    process::run(&mut playwright).context("the pictures are not complete")
}

/// Playwright with all but the page.
fn playwright(project: &Project, options: &ShotsOptions) -> Command {
    let mut playwright = process::command("npx");
    playwright
        .current_dir(project.path("tests/e2e"))
        .args(["--no-install", "playwright", "test", "--config", "shots/playwright.config.ts"])
        .env("TOKENDECK_DEVSERVER", start::devserver(project))
        .env("TOKENDECK_SHOTS", project.target_dir().join(FOLDER))
        .env("TOKENDECK_SHOTS_ONLY", options.only.join(","))
        .env("TOKENDECK_SHOTS_WIDTHS", options.widths.iter().map(u16::to_string).collect::<Vec<_>>().join(","))
        .env("TOKENDECK_SHOTS_SCHEME", options.scheme.map_or("", Scheme::name));
    if let Some(chromium) = setup::chromium() {
        playwright.env("CHROMIUM", chromium);
    }
    playwright
}
