//! Mail: how a letter is written and handed to an SMTP server. Nothing here reads the database.

mod letter;
mod unsubscribe;

use std::{error::Error, time::Duration};

use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor, message::Mailbox};

use crate::{config::Config, faults};

pub use letter::{Letter, News, Reader};
pub use unsubscribe::{Key, Unsubscribe};

/// How long an SMTP server may take for the connection, and for a whole letter.
const CONNECT: Duration = Duration::from_secs(20);
const SEND: Duration = Duration::from_mins(1);

/// Where mails are handed to, and who they are from.
#[derive(Clone, Debug)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// No such mailbox, and the like: what an SMTP server says of a letter. Other refusals for good, such as of a password, are
/// of this server, and end when its settings are right.
const FINAL: [u16; 4] = [550, 551, 552, 553];

/// What an SMTP server says where a user or a password is wrong or missing.
const REFUSED_SIGN_IN: [u16; 5] = [454, 530, 534, 535, 538];

/// Why an SMTP server cannot be used.
#[derive(Debug)]
pub enum Unusable {
    SignIn(String),
    Tls(String),
    Other(String),
}

/// Why a letter was not taken, and whether another attempt may bring more.
#[derive(Debug)]
pub struct Refused {
    pub reason: String,
    pub for_good: bool,
}

impl Mailer {
    /// As the settings say, if they say anything.
    pub fn of(config: &Config) -> Result<Option<Self>, String> {
        match (&config.smtp, &config.mail_from) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err("--mail-from (BOARDCAST_MAIL_FROM) needs --smtp (BOARDCAST_SMTP_URL)".into()),
            (Some(_), None) => Err("--smtp (BOARDCAST_SMTP_URL) needs --mail-from (BOARDCAST_MAIL_FROM)".into()),
            (Some(url), Some(from)) => Self::new(url, from).map(Some),
        }
    }

    fn new(url: &str, from: &str) -> Result<Self, String> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| {
                "--smtp (BOARDCAST_SMTP_URL) must be like smtp://user:password@host:587?tls=required or smtps://host"
                    .to_owned()
            })?
            .timeout(Some(CONNECT))
            .build();
        let from = from.parse().map_err(|_| {
            "--mail-from (BOARDCAST_MAIL_FROM) must be like 'Boardcast <boards@example.org>'".to_owned()
        })?;
        Ok(Self { transport, from })
    }

    #[must_use]
    pub const fn from(&self) -> &Mailbox {
        &self.from
    }

    /// Connect, say who we are, and go again: nothing is sent.
    pub async fn probe(&self) -> Result<(), Unusable> {
        match tokio::time::timeout(SEND, self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(Unusable::Other("it has closed the connection".into())),
            Ok(Err(error)) if error.status().is_some_and(|code| REFUSED_SIGN_IN.contains(&u16::from(code))) => {
                Err(Unusable::SignIn(error.to_string()))
            }
            Ok(Err(error)) if error.is_tls() => Err(Unusable::Tls(error.to_string())),
            Ok(Err(error)) => {
                let (text, cause) = (error.to_string(), error.source().map(ToString::to_string));
                // Some errors say their cause themselves.
                let cause = cause.filter(|cause| !text.contains(cause.as_str()));
                Err(Unusable::Other(cause.map_or_else(|| text.clone(), |cause| format!("{text}: {cause}"))))
            }
            Err(_) => Err(Unusable::Other(format!("no answer within {} s", SEND.as_secs()))),
        }
    }

    pub async fn send(&self, message: Message) -> Result<(), Refused> {
        let patience = faults::mail_pace().map_or(SEND, |pace| pace * 50);
        match tokio::time::timeout(patience, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => {
                let code = error.status().map_or(0, u16::from);
                Err(Refused { for_good: FINAL.contains(&code), reason: error.to_string() })
            }
            Err(_) => Err(Refused { for_good: false, reason: format!("no answer within {} s", SEND.as_secs()) }),
        }
    }
}
