//! What the environment says: settings, other programs' variables that look like some, and misspelt ones.

/// The names of all settings in the environment.
pub const KNOWN: &[&str] = &[
    "BOARDCAST_CONFIG",
    "BOARDCAST_LISTEN",
    "BOARDCAST_DATA",
    "BOARDCAST_DATABASE_URL",
    "BOARDCAST_POOL",
    "BOARDCAST_REDIS_URL",
    "BOARDCAST_PUBLIC_URL",
    "BOARDCAST_SIGNUP",
    "BOARDCAST_LIMITS",
    "BOARDCAST_CONNECTIONS",
    "BOARDCAST_CONNECTIONS_PER_ADDRESS",
    "BOARDCAST_BODY_MEMORY",
    "BOARDCAST_PROJECTS_PER_PERSON",
    "BOARDCAST_SESSIONS_PER_PERSON",
    "BOARDCAST_DEPENDENCIES_PER_TASK",
    "BOARDCAST_ATTACHMENT_LIMIT",
    "BOARDCAST_IMPORT_LIMIT",
    "BOARDCAST_PROJECT_QUOTA",
    "BOARDCAST_HISTORY",
    "BOARDCAST_FILES",
    "BOARDCAST_BACKUP_TO",
    "BOARDCAST_BACKUP_EVERY",
    "BOARDCAST_BACKUP_KEEP",
    "BOARDCAST_PROXIES",
    "BOARDCAST_HOSTS",
    "BOARDCAST_CORS_ORIGINS",
    "BOARDCAST_OUTGOING_NETWORKS",
    "BOARDCAST_SMTP_URL",
    "BOARDCAST_MAIL_FROM",
    "BOARDCAST_MAIL_DELAY",
    "BOARDCAST_METRICS",
    "BOARDCAST_LOG",
    "BOARDCAST_LOG_FORMAT",
    // For the commands that call a server.
    "BOARDCAST_TOKEN",
];

const PREFIX: &str = "BOARDCAST_";

/// Whether Kubernetes has put it there, for a Service whose name begins with `boardcast`:
/// <https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables>.
fn is_service_link(name: &str, value: &str) -> bool {
    const PROTOCOLS: [&str; 3] = ["TCP", "UDP", "SCTP"];
    let Some(rest) = name.strip_prefix("BOARDCAST") else { return false };
    // `…_PORT_8080_TCP` and `…_PORT_8080_TCP_ADDR`, `_PORT`, `_PROTO`
    let of_a_port = rest.match_indices("_PORT_").any(|(at, part)| {
        let mut words = rest[at + part.len()..].split('_');
        words.next().is_some_and(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
            && words.next().is_some_and(|protocol| PROTOCOLS.contains(&protocol))
            && words.next().is_none_or(|what| ["PROTO", "PORT", "ADDR"].contains(&what))
            && words.next().is_none()
    });
    let url = value.split_once("://").is_some_and(|(scheme, _)| PROTOCOLS.contains(&scheme.to_uppercase().as_str()));
    rest.ends_with("_SERVICE_HOST")
        || rest.ends_with("_SERVICE_PORT")
        || rest.contains("_SERVICE_PORT_")
        || (rest.ends_with("_PORT") && url)
        || of_a_port
}

/// The setting that was most likely meant.
fn meant(name: &str) -> Option<&'static str> {
    let likeness = |known: &&str| strsim::jaro_winkler(&name[PREFIX.len()..], &known[PREFIX.len()..]);
    KNOWN.iter().copied().filter(|known| likeness(known) > 0.75).max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
}

/// Refuse settings that are unknown: most likely they are misspelt. Answers the variables that are Kubernetes' own and mean
/// nothing to the server.
pub fn check(variables: impl IntoIterator<Item = (String, String)>) -> Result<Vec<String>, String> {
    let (mut ignored, mut unknown) = (vec![], vec![]);
    for (name, value) in variables {
        if !name.starts_with(PREFIX) || name.starts_with("BOARDCAST_TEST_") || KNOWN.contains(&name.as_str()) {
            continue;
        }
        if is_service_link(&name, &value) {
            ignored.push(name);
        } else {
            let meant = meant(&name).map(|known| format!(" (did you mean {known}?)"));
            unknown.push(name + &meant.unwrap_or_default());
        }
    }
    ignored.sort();
    if unknown.is_empty() {
        return Ok(ignored);
    }
    unknown.sort();
    Err(format!("unknown settings in the environment: {}; known are {}", unknown.join(", "), KNOWN.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(name: &str, value: &str) -> Result<Vec<String>, String> {
        check([(name.to_owned(), value.to_owned())])
    }

    #[test]
    fn what_kubernetes_says_of_a_service_is_ignored() {
        for (name, value) in [
            ("BOARDCAST_PORT", "tcp://10.0.0.1:8080"),
            ("BOARDCAST_SERVICE_HOST", "10.0.0.1"),
            ("BOARDCAST_SERVICE_PORT", "8080"),
            ("BOARDCAST_SERVICE_PORT_HTTP", "8080"),
            ("BOARDCAST_PORT_8080_TCP", "tcp://10.0.0.1:8080"),
            ("BOARDCAST_PORT_8080_TCP_ADDR", "10.0.0.1"),
            ("BOARDCAST_PORT_8080_TCP_PORT", "8080"),
            ("BOARDCAST_PORT_53_UDP_PROTO", "udp"),
            ("BOARDCAST_WEB_SERVICE_HOST", "10.0.0.1"),
            ("BOARDCAST_WEB_PORT", "tcp://10.0.0.1:8080"),
            ("BOARDCAST_WEB_PORT_8080_TCP_ADDR", "10.0.0.1"),
        ] {
            assert_eq!(checked(name, value).as_deref(), Ok(&[name.to_owned()][..]), "{name}");
        }
    }

    #[test]
    fn what_is_misspelt_is_refused_with_what_was_meant() {
        for (name, known) in [
            ("BOARDCAST_LISTN", "BOARDCAST_LISTEN"),
            ("BOARDCAST_DATABASE", "BOARDCAST_DATABASE_URL"),
            ("BOARDCAST_PUBLIC_URI", "BOARDCAST_PUBLIC_URL"),
            ("BOARDCAST_LOGS", "BOARDCAST_LOG"),
        ] {
            let refused = checked(name, "x").unwrap_err();
            assert!(refused.contains(&format!("{name} (did you mean {known}?)")), "{refused}");
        }
        assert!(checked("BOARDCAST_PORT", "8080").is_err(), "a port is no service link");
        assert!(checked("BOARDCAST_PORT_8080_TCP_X", "8080").is_err());
        assert_eq!(checked("BOARDCAST_LISTEN", "127.0.0.1:0"), Ok(vec![]));
        assert_eq!(checked("OTHER", "x"), Ok(vec![]));
    }
}
