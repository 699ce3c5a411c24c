//! Other servers that this one needs: for mails, attachments, and hints between nodes.

use std::time::Duration;

use tokio::time::timeout;
use url::Url;

use super::finding::Finding;
use crate::{
    base::ids::RequestId,
    config::Config,
    files::Files,
    live::cluster,
    mail::{Mailer, Unusable},
};

const PATIENCE: Duration = Duration::from_secs(20);

fn is_local(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

/// Whether a password goes over a network without TLS.
fn shows_password(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let plain = url.scheme() == "smtp" && !url.query_pairs().any(|(name, value)| name == "tls" && value == "required");
    plain && url.password().is_some() && !url.host_str().is_some_and(is_local)
}

pub async fn mail(config: &Config) -> Finding {
    const CHECK: &str = "mail";
    let mailer = match Mailer::of(config) {
        Ok(Some(mailer)) => mailer,
        Ok(None) => {
            return Finding::ok(
                CHECK,
                "off: nothing is mailed, and people get no link for a forgotten password by mail",
            );
        }
        Err(why) => return Finding::error(CHECK, why, "mend --smtp and --mail-from"),
    };
    match timeout(PATIENCE, mailer.probe()).await {
        Ok(Ok(())) if config.smtp.as_deref().is_some_and(shows_password) => Finding::warning(
            CHECK,
            "the SMTP server takes mails, and the password goes to it without TLS",
            "add ?tls=required to --smtp (STARTTLS), or use smtps://",
        ),
        Ok(Ok(())) => Finding::ok(CHECK, "the SMTP server lets us in"),
        Ok(Err(Unusable::SignIn(why))) => Finding::error(
            CHECK,
            format!("the SMTP server refuses the sign-in: {why}"),
            "mend the user and the password in --smtp",
        ),
        Ok(Err(Unusable::Tls(why))) => Finding::error(
            CHECK,
            format!("there is no TLS with the SMTP server: {why}"),
            "use smtps://host for port 465 and smtp://host:587?tls=required for STARTTLS, by the name in its certificate",
        ),
        Ok(Err(Unusable::Other(why))) => Finding::error(
            CHECK,
            format!("the SMTP server cannot be used: {why}"),
            "mend host and port in --smtp, or open the firewall",
        ),
        Err(_) => Finding::error(
            CHECK,
            format!("the SMTP server has not answered within {} s", PATIENCE.as_secs()),
            "mend host and port in --smtp, or open the firewall",
        ),
    }
}

pub async fn attachments(config: &Config) -> Finding {
    const CHECK: &str = "attachments";
    if config.files.is_none() {
        return Finding::ok(CHECK, format!("in {}", config.data.join("files").display()));
    }
    if let Err(why) = Files::check(config).await {
        return Finding::error(CHECK, why, "name the endpoint's network in --outgoing-networks");
    }
    let files = match Files::new(config) {
        Ok(files) => files,
        Err(why) => {
            return Finding::error(CHECK, why, "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and mend --files");
        }
    };
    match files.probe(&RequestId::new().to_string()).await {
        Ok(()) => Finding::ok(CHECK, "the bucket takes, gives and deletes objects"),
        Err((step, why)) => Finding::error(
            CHECK,
            format!("the bucket does not {step} an object: {}", why.chars().take(300).collect::<String>()),
            "mend the endpoint, the region, the bucket's name and the credentials, or the rights of the key (GetObject, PutObject, \
             DeleteObject)",
        ),
    }
}

pub async fn redis(config: &Config) -> Option<Finding> {
    const CHECK: &str = "redis";
    let url = config.redis.as_deref()?;
    Some(match timeout(PATIENCE, cluster::probe_redis(url)).await {
        Ok(Ok(())) => Finding::ok(CHECK, "it takes hints and gives them"),
        Ok(Err(why)) => Finding::warning(
            CHECK,
            format!("Redis cannot be used, and hints go by way of Postgres: {why}"),
            "start it, or mend --redis: host, port, password, and the rights to publish and subscribe",
        ),
        Err(_) => Finding::warning(
            CHECK,
            "Redis does not answer, and hints go by way of Postgres",
            "start it, or mend --redis",
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_shown_where_there_is_no_tls() {
        for (url, shown) in [
            ("smtp://a:b@mail.example.org", true),
            ("smtp://a:b@mail.example.org:587?tls=opportunistic", true),
            ("smtp://a:b@mail.example.org:587?tls=required", false),
            ("smtps://a:b@mail.example.org", false),
            ("smtp://mail.example.org", false),
            ("smtp://a:b@127.0.0.1:25", false),
            ("smtp://a:b@[::1]:25", false),
        ] {
            assert_eq!(shows_password(url), shown, "{url}");
        }
    }
}
