//! Sends push messages. Every node does; each browser is served by one of them at a time.

use std::{sync::Arc, time::Duration};

use tokio::{sync::Semaphore, time::sleep};

use crate::{
    app::App,
    base::{clock::Timestamp, error::Result},
    faults::{self, planted},
    model::{
        instance,
        pushes::{self, Claimed, Timing},
    },
    outgoing::{Outgoing, Reach},
    push::{Message, Outcome, Pusher, Reader, notices},
};

/// To how many browsers messages are on their way at once: a push service that is slow holds up few others.
const MOST_AT_ONCE: usize = 32;
/// How many messages a browser is sent in one go; together they take less time than a claim holds.
const MOST_MESSAGES: usize = 8;

/// Send push messages until the process ends.
pub async fn run(app: App) {
    let timing = Timing::present();
    let pusher = Arc::new(begin(&app, timing.every).await);
    let permits = Arc::new(Semaphore::new(MOST_AT_ONCE));
    loop {
        // The semaphore is never closed.
        let Ok(permit) = permits.clone().acquire_owned().await else { return };
        match pushes::claim(&app.db, Timestamp::now()).await {
            Ok(Some(claimed)) => {
                let (app, pusher) = (app.clone(), pusher.clone());
                tokio::spawn(async move {
                    if let Err(error) = send_all(&app, &pusher, &claimed, timing).await {
                        tracing::warn!(%error, "what became of push messages could not be written down");
                    }
                    drop(permit);
                });
            }
            Ok(None) => {
                drop(permit);
                sleep(timing.every).await;
            }
            Err(error) => {
                drop(permit);
                tracing::warn!(%error, "the outbox of push messages cannot be read: the next attempt is in a moment");
                sleep(timing.every).await;
            }
        }
    }
}

/// The first start makes the key by which push services know this instance. Without a disk to write it on, a later attempt
/// does; without certificates to trust, nothing is ever sent.
async fn begin(app: &App, every: Duration) -> Pusher {
    let outgoing = match Outgoing::new(Reach::new(&app.config.outgoing_networks)) {
        Ok(outgoing) => outgoing,
        Err(reason) => {
            tracing::error!("nothing is pushed: {reason}");
            return std::future::pending().await;
        }
    };
    loop {
        match instance::push_key(&app.db).await {
            Ok(key) => return Pusher::new(outgoing, key, app.public_url.clone()),
            Err(error) => tracing::warn!(%error, "there is no push key yet: the next attempt is in a moment"),
        }
        sleep(every).await;
    }
}

/// Send what a browser is to be told, and write down what became of it.
async fn send_all(app: &App, pusher: &Pusher, claimed: &Claimed, timing: Timing) -> Result<()> {
    let subscription = claimed.subscription;
    let reader = Reader {
        id: subscription.0,
        shows_texts: claimed.show_texts,
        unread_count: claimed.unread_count,
        public_url: &app.public_url,
    };
    for notice in notices(&claimed.told, reader).iter().take(MOST_MESSAGES) {
        let message = Message { endpoint: &claimed.endpoint, keys: &claimed.keys, notice };
        let outcome = pusher.send(message, timing.patience).await;
        faults::point("push.sent");
        match outcome {
            Outcome::Sent => {
                let told = planted!(PushNotForgotten => &[][..], &notice.notifications);
                pushes::done(&app.db, subscription, told).await?;
            }
            Outcome::Refused(reason) => {
                tracing::warn!(%subscription, reason, "a push message was refused");
                pushes::done(&app.db, subscription, &notice.notifications).await?;
            }
            Outcome::Gone => return pushes::gone(&app.db, subscription).await,
            Outcome::Failed { reason, retry_after } => {
                tracing::info!(%subscription, reason, "a push service did not take a message");
                return pushes::failed(&app.db, subscription, retry_after, rand::random(), Timestamp::now()).await;
            }
        }
    }
    pushes::release(&app.db, subscription).await
}
