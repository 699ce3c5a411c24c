//! `boardcast doctor`: looks at everything that a server of these settings needs, and says how to mend what is wrong. It
//! changes nothing and runs beside a server.
//!
//! - `finding` — what a check found
//! - `machine`, `database`, `backups`, `services`, `public` — the checks

mod backups;
mod database;
mod finding;
mod machine;
mod public;
mod services;

use std::{collections::BTreeMap, fmt::Write, os::unix::fs::MetadataExt};

use clap::Args;
use serde::Serialize;

use self::finding::{Finding, State};
use crate::{
    config::{Config, Setting, Source},
    mail::Mailer,
};

/// Look at everything that the server needs: settings, disk, database, mail, the public URL. Status 0 where all is well, 1 with
/// a warning, 2 with an error.
#[derive(Args, Debug)]
pub struct Options {
    /// Print JSON, for programs.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report<'a> {
    version: &'static str,
    state: State,
    findings: Vec<Finding>,
    settings: BTreeMap<&'a str, &'a Setting>,
}

/// Whether other users may read passwords in the file of settings.
fn readable(config: &Config) -> Option<Finding> {
    const SECRETS: [&str; 4] = ["database", "redis", "files", "smtp"];
    const OTHERS: u32 = 0o004;
    let path = config.config.as_ref()?;
    let of_file = |setting: &Setting| setting.source == Source::File && SECRETS.contains(&setting.name.as_str());
    let open = std::fs::metadata(path).is_ok_and(|found| found.mode() & OTHERS != 0);
    (open && config.settings.iter().any(of_file)).then(|| {
        let detail = format!("other users of this machine may read {}, which may hold passwords", path.display());
        Finding::warning("file of settings", detail, format!("chmod 600 {}", path.display()))
    })
}

/// What the settings themselves say: those that the server would refuse, and those that are most likely not meant.
fn parsed(config: &Config) -> Vec<Finding> {
    const CHECK: &str = "settings";
    let mut findings = vec![];
    let checks = [Config::check_environment().map(drop), config.check(), Mailer::of(config).map(drop)];
    for why in checks.into_iter().filter_map(Result::err) {
        findings.push(Finding::error(CHECK, why, "mend it: the server refuses to start with it"));
    }
    if findings.is_empty() {
        findings.push(Finding::ok(CHECK, "the server takes them"));
    }
    let https = config.public_url.as_deref().is_some_and(|url| url.starts_with("https://"));
    if https && config.proxies.is_empty() {
        findings.push(Finding::warning(
            "proxies",
            "--public-url is https, so a proxy is in front, and --proxies does not name it: all people count as one address",
            "name the proxy's network with --proxies, such as 127.0.0.1/32",
        ));
    }
    findings.extend(readable(config));
    if config.limits == crate::config::Switch::Off {
        findings.push(Finding::warning("limits", "rate limits are off", "leave --limits on but for load tests"));
    }
    findings
}

impl<'a> Report<'a> {
    async fn of(config: &'a Config) -> Self {
        let mut findings = parsed(config);
        findings.extend(machine::limits(config));
        let (folder, looked) = machine::data(config);
        findings.extend(folder);
        let ((database, last_backup), attachments, redis, mail, public) = tokio::join!(
            database::check(config, looked.as_ref()),
            services::attachments(config),
            services::redis(config),
            services::mail(config),
            public::check(config),
        );
        findings.extend(database);
        findings.push(backups::check(config, last_backup.as_ref()));
        findings.push(attachments);
        findings.extend(redis);
        findings.push(mail);
        findings.extend(public);
        let state = findings.iter().map(|finding| finding.state).max().unwrap_or(State::Ok);
        let settings = config.settings.iter().map(|setting| (setting.name.as_str(), setting)).collect();
        Self { version: env!("CARGO_PKG_VERSION"), state, findings, settings }
    }

    fn text(&self) -> String {
        let mut text = format!("Boardcast {}\n\n", self.version);
        for (name, setting) in &self.settings {
            let from = match setting.source {
                Source::Default => continue,
                Source::File => "file",
                Source::Environment => "environment",
                Source::CommandLine => "option",
            };
            // Writing to a text never fails.
            let _ = writeln!(text, "  --{name} {}  ({from})", setting.value.as_deref().unwrap_or_default());
        }
        if !text.ends_with("\n\n") {
            text.push('\n');
        }
        for Finding { check, state, detail, remedy } in &self.findings {
            let _ = writeln!(text, "{:<8} {check}: {detail}", state.name());
            if let Some(remedy) = remedy {
                let _ = writeln!(text, "         → {remedy}");
            }
        }
        let count = |state| self.findings.iter().filter(|finding| finding.state == state).count();
        let (errors, warnings) = (count(State::Error), count(State::Warning));
        let _ = match (errors, warnings) {
            (0, 0) => writeln!(text, "\nAll is well."),
            _ => writeln!(text, "\nErrors: {errors}. Warnings: {warnings}."),
        };
        text
    }
}

/// Look, and say what was found. Answers what the process ends with.
pub async fn run(config: &Config, options: &Options) -> (String, u8) {
    let report = Report::of(config).await;
    let text = if options.json {
        serde_json::to_string_pretty(&report).map(|text| text + "\n").unwrap_or_default()
    } else {
        report.text()
    };
    (text, report.state.status())
}
