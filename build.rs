//! Builds the page with npm and lets the binary embed it.

use std::{
    env,
    error::Error,
    fs::{self, File},
    io::{IsTerminal, Write},
    os::unix::process::parent_id,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

fn main() -> Result<(), Box<dyn Error>> {
    let web = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("web");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo names no output folder")?).join("web");
    for source in [
        "sdk",
        "src",
        "build",
        "public",
        "index.html",
        "openapi.json",
        "package.json",
        "package-lock.json",
        "vite.config.ts",
        "tsconfig.json",
    ] {
        println!("cargo::rerun-if-changed=web/{source}");
    }
    println!("cargo::rerun-if-changed=docs/api");
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-env-changed=SKIP_PAGE_BUILD");
    // `cargo run` hands this on to the server, which refuses settings of its own prefix that it does not know.
    println!("cargo::rustc-env=EMBEDDED_PAGE={}", out.display());
    fs::create_dir_all(&out)?;
    // For work on the server alone: the last page that was built stays, if there was one.
    if env::var_os("SKIP_PAGE_BUILD").is_some() {
        return Ok(());
    }
    let start = Instant::now();
    if !installed(&web) {
        say("the page's packages come (npm ci in web/)");
        npm(&web, &["ci", "--no-audit", "--no-fund"])?;
    }
    say("the page is built (npm run build in web/)");
    let target = out.to_str().ok_or("the output folder's name is not UTF-8")?;
    npm(&web, &["run", "build", "--", "--outDir", target, "--emptyOutDir"])?;
    say(&format!("the page is ready after {} s; the server is next", start.elapsed().as_secs()));
    Ok(())
}

/// Write a line to the terminal on which cargo shows its progress, if it shows any there.
fn say(text: &str) {
    if let Some(mut terminal) = terminal() {
        // In the place of cargo's progress, which cargo draws again below. A line that is not seen changes nothing.
        let _ = writeln!(terminal, "\r\x1b[K    Building {text}");
    }
}

/// Cargo keeps what a build script prints, and shows it only when the script fails. Its own standard error is where
/// people look meanwhile; where that cannot be found, it is their terminal.
fn terminal() -> Option<File> {
    let cargo = PathBuf::from(format!("/proc/{}", parent_id()));
    let command = fs::read(cargo.join("cmdline")).unwrap_or_default();
    let quiet = env::var_os("CARGO_TERM_QUIET").is_some_and(|value| value == "true")
        || command.split(|byte| *byte == 0).any(|word| word == b"-q" || word == b"--quiet");
    let shown = if command.is_empty() { "/dev/tty".into() } else { cargo.join("fd/2") };
    File::options().append(true).open(shown).ok().filter(|file| !quiet && file.is_terminal())
}

/// Whether the packages are those of the lock file.
fn installed(web: &Path) -> bool {
    let modified = |path: &str| fs::metadata(web.join(path)).and_then(|meta| meta.modified()).ok();
    match (modified("node_modules/.package-lock.json"), modified("package-lock.json")) {
        (Some(installed), Some(locked)) => installed >= locked,
        _ => false,
    }
}

fn npm(web: &Path, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let output =
        Command::new("npm").args(arguments).current_dir(web).output().map_err(|error| {
            format!("npm could not be started ({error}): the page is built with Node.js 20 or newer")
        })?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "npm {} failed in web/:\n{}\n{}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    )
    .into())
}
