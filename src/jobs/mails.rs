//! Sends what waits in the outbox. Every node does; each mail is claimed by one of them.

use std::{sync::Arc, time::Duration};

use tokio::time::sleep;

use crate::{
    app::App,
    base::{clock::Timestamp, error::Result},
    faults,
    mail::{Key, Letter, Mailer, Reader, Refused},
    model::{
        instance,
        mails::{self, Claimed},
    },
};

/// How often the outbox is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// Send mails until the process ends.
pub async fn run(app: App) {
    // A server that mails nothing has nothing to do here; the settings were checked at the start.
    let Ok(Some(mailer)) = Mailer::of(&app.config) else { return std::future::pending().await };
    let mailer = Arc::new(mailer);
    loop {
        if let Err(error) = send_all(&app, &mailer).await {
            tracing::warn!(%error, "the outbox cannot be read: the next attempt is in a moment");
        }
        sleep(faults::mail_pace().unwrap_or(EVERY)).await;
    }
}

async fn send_all(app: &App, mailer: &Arc<Mailer>) -> Result<()> {
    while let Some(claimed) = mails::claim(&app.db, Timestamp::now()).await? {
        if claimed.mails.is_empty() {
            // Another node was faster.
            return Ok(());
        }
        // A letter that is on its way is written down as sent, also when the server is about to end.
        let sending = tokio::spawn(send(app.clone(), mailer.clone(), claimed));
        if let Ok(outcome) = sending.await {
            outcome?;
        }
    }
    Ok(())
}

/// Send one letter, and write down what became of it.
async fn send(app: App, mailer: Arc<Mailer>, claimed: Claimed) -> Result<()> {
    if claimed.news.is_empty() {
        return mails::done(&app.db, &claimed.mails).await;
    }
    let key = instance::mail_key(&app.db).await?;
    let (ids, mails) = (claimed.mails.iter().min().copied(), claimed.mails.clone());
    let public_url = app.public_url.clone();
    // What people write is worked on by itself: what goes wrong there is about this letter.
    let written = tokio::task::spawn_blocking(move || write(&claimed, &key, &public_url, &mailer)).await;
    let sent = match written {
        Ok((Ok(message), mailer)) => mailer.send(message).await,
        Ok((Err(reason), _)) => Err(Refused { reason, for_good: true }),
        Err(panic) => Err(Refused { reason: panic.to_string(), for_good: true }),
    };
    let Err(refused) = sent else { return mails::done(&app.db, &mails).await };
    tracing::warn!(mail = ?ids, for_good = refused.for_good, "a mail was not taken: {}", refused.reason);
    mails::failed(&app.db, &mails, &refused.reason, refused.for_good, Timestamp::now()).await
}

type Written = (Result<lettre::Message, String>, Arc<Mailer>);

fn write(claimed: &Claimed, key: &Key, public_url: &str, mailer: &Arc<Mailer>) -> Written {
    let reader = Reader {
        address: &claimed.address,
        name: &claimed.name,
        user: claimed.user.map(|user| user.0),
        public_url,
        key,
    };
    // The oldest: an attempt that is made again has the same.
    let id = claimed.mails.iter().min().map(|id| id.0).unwrap_or_default();
    let letter = Letter { id, reader, news: &claimed.news };
    (letter.message(mailer.from()), mailer.clone())
}
