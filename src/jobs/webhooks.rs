//! Sends events to webhooks. Every node does; each webhook is served by one of them at a time, in the order of the log.
//! What a node writes down is behind what it sent: after its end the next one sends a few messages once more, with the same
//! ids.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use http_body_util::Full;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{sleep, timeout},
};

use crate::{
    app::App,
    base::{clock::Timestamp, error::Result},
    faults,
    log::read::{self, LoggedEvent},
    model::webhooks::{
        Template, chat,
        deliveries::Delivery,
        message::{Message, Receiver},
        queue::{self, Claimed},
        schedule::{self, Outcome, Timing},
    },
    outgoing::{Outgoing, Reach},
};

/// To how many receivers messages are on their way at once: those that are slow hold up few others.
const MOST_AT_ONCE: usize = 256;
/// How many events are read at once, and how many bytes of them.
const PAGE: i64 = 500;
const PAGE_BYTES: i64 = 256 * 1024;
/// A node stays with a webhook no longer than this while others wait.
const STAY: Duration = Duration::from_secs(5);
/// A lease is renewed when it does not last for a message and this.
const MARGIN: Duration = Duration::from_secs(5);

/// Send events until the process ends.
pub async fn run(app: App) {
    let timing = Timing::present();
    let outgoing = match Outgoing::also_plain(Reach::new(&app.config.outgoing_networks)) {
        Ok(outgoing) => outgoing,
        Err(reason) => {
            tracing::error!("nothing is sent to webhooks: {reason}");
            return std::future::pending().await;
        }
    };
    if let Err(error) = queue::free(&app.db, Timestamp::now()).await {
        tracing::warn!(%error, "webhooks that the process before this one served wait for a moment");
    }
    let permits = Arc::new(Semaphore::new(MOST_AT_ONCE));
    let mut followed_at: Option<Instant> = None;
    loop {
        // The semaphore is never closed.
        let Ok(permit) = permits.clone().acquire_owned().await else { return };
        if app.draining() {
            // Other nodes, or the next process, go on.
            return;
        }
        let most = permits.available_permits() + 1;
        let claimed = match queue::claim(&app.db, most, Timestamp::now()).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::warn!(%error, "webhooks cannot be read: the next attempt is in a moment");
                vec![]
            }
        };
        let found = !claimed.is_empty();
        let mut permit = Some(permit);
        for claimed in claimed {
            let permit = permit.take().or_else(|| permits.clone().try_acquire_owned().ok());
            tokio::spawn(serve(Sending::new(&app, &outgoing, claimed, timing), permits.clone(), permit));
        }
        drop(permit);
        if found {
            continue;
        }
        if followed_at.is_none_or(|at| at.elapsed() >= timing.every) {
            match queue::followed(&app.db).await {
                Ok(followed) => app.live.follower().follow(followed),
                Err(error) => tracing::warn!(%error, "which projects have webhooks cannot be read"),
            }
            followed_at = Some(Instant::now());
        }
        tokio::select! {
            () = app.live.follower().woken() => {}
            () = sleep(timing.every) => {}
        }
    }
}

/// Send to one webhook, as long as there is something to send.
async fn serve(mut sending: Sending, permits: Arc<Semaphore>, permit: Option<OwnedSemaphorePermit>) {
    let outcome = sending.run(&permits).await;
    let (app, webhook) = (sending.app.clone(), sending.claimed.id);
    drop((sending, permit));
    if let Err(error) = outcome {
        tracing::warn!(%webhook, %error, "what was sent to a webhook could not be written down");
    }
    app.live.follower().ended();
}

/// One node's stay with a webhook.
struct Sending {
    app: App,
    outgoing: Outgoing,
    claimed: Claimed,
    timing: Timing,
    /// Tells of new events; nothing while the project is not followed.
    head: Option<watch::Receiver<i64>>,
    /// What was sent since it was last written down.
    made: Vec<Delivery>,
    written_at: Instant,
    /// Until when no other node sends.
    leased_until: Timestamp,
}

/// What follows a write.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    GoesOn,
    Ends,
}

/// Whether sending goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    On,
    End,
}

impl Sending {
    fn new(app: &App, outgoing: &Outgoing, claimed: Claimed, timing: Timing) -> Self {
        Self {
            head: app.live.follower().head(claimed.project),
            app: app.clone(),
            outgoing: outgoing.clone(),
            claimed,
            timing,
            made: vec![],
            written_at: Instant::now(),
            leased_until: Timestamp::now().plus(timing.lease),
        }
    }

    async fn run(&mut self, permits: &Semaphore) -> Result<()> {
        let begun = Instant::now();
        if let Some(ping) = self.claimed.ping
            && self.ping(ping).await? == Step::End
        {
            return Ok(());
        }
        if !self.claimed.sends_events || self.tell_of_trimmed().await? == Step::End {
            return self.end().await;
        }
        loop {
            if let Some(head) = &mut self.head {
                head.borrow_and_update();
            }
            let after = self.claimed.state.next_seq - 1;
            let page = read::events_after(&self.app.db, self.claimed.project, after, PAGE, PAGE_BYTES).await?;
            // What is missing was trimmed meanwhile: the next stay tells of it.
            let gap = page.first().is_some_and(|first| first.seq > after + 1);
            let waits = permits.available_permits() == 0 && begun.elapsed() >= STAY;
            if gap || waits || (page.is_empty() && (self.app.draining() || !self.more_comes().await?)) {
                return self.end().await;
            }
            for event in &page {
                if self.app.draining() {
                    return self.end().await;
                }
                if self.pass(event).await? == Step::End {
                    return Ok(());
                }
            }
        }
    }

    /// Stay for a moment where new events may come: most come in bursts, and coming back costs two writes.
    async fn more_comes(&mut self) -> Result<bool> {
        if !self.made.is_empty() && self.write(Then::GoesOn, None).await? == Step::End {
            return Ok(false);
        }
        let next = self.claimed.state.next_seq;
        let Some(head) = &mut self.head else { return Ok(false) };
        // It also tells of changes of the webhook itself, which end the stay.
        Ok(matches!(timeout(self.timing.linger, head.changed()).await, Ok(Ok(()))) && *head.borrow() >= next)
    }

    /// Send an event that the webhook wants, and go on behind it.
    async fn pass(&mut self, event: &LoggedEvent) -> Result<Step> {
        if self.claimed.wants(&event.r#type)
            && let Some(message) = self.message(event).await?
            && self.deliver(&message, event.seq + 1).await? == Step::End
        {
            return Ok(Step::End);
        }
        // What is left out is no answer of the receiver.
        self.claimed.state.next_seq = event.seq + 1;
        if self.written_at.elapsed() >= self.timing.write {
            return self.write(Then::GoesOn, None).await;
        }
        Ok(Step::On)
    }

    /// What this receiver is told of an event; nothing where that says nothing to people.
    async fn message(&self, event: &LoggedEvent) -> Result<Option<Message>> {
        let claimed = &self.claimed;
        let message = Message::of_event(claimed.project, event);
        if claimed.template == Template::Standard {
            return Ok(Some(message));
        }
        let place =
            chat::Place { project: claimed.project, key: &claimed.project_key, public_url: &self.app.public_url };
        let line = chat::sentence(&self.app.db, place, event).await?;
        Ok(line.map(|line| message.told(self.receiver(), &line)))
    }

    fn receiver(&self) -> Receiver<'_> {
        Receiver { template: self.claimed.template, project_name: &self.claimed.project_name }
    }

    /// Send a ping. One that arrives brings back a webhook that waits after failures.
    async fn ping(&mut self, id: uuid::Uuid) -> Result<Step> {
        let message = Message::ping(&self.claimed, id, Timestamp::now(), self.receiver());
        let (delivery, outcome) = self.attempt(&message, 1).await;
        self.made.push(delivery);
        if outcome == Outcome::Delivered && self.claimed.state.failures > 0 {
            self.claimed.state.next_attempt_at = Timestamp::now();
        }
        self.write(Then::GoesOn, Some(id)).await
    }

    /// Say which events are gone from the log that were still to be sent.
    async fn tell_of_trimmed(&mut self) -> Result<Step> {
        let upto = self.claimed.trimmed_seq;
        if upto < self.claimed.state.next_seq {
            return Ok(Step::On);
        }
        let message = Message::trimmed(&self.claimed, upto, Timestamp::now(), self.receiver());
        self.deliver(&message, upto + 1).await
    }

    /// Send a message, and go on with the next number if the receiver took it or wants none of it.
    async fn deliver(&mut self, message: &Message, next_seq: i64) -> Result<Step> {
        if self.leased_until <= Timestamp::now().plus(self.timing.patience + self.margin())
            && self.write(Then::GoesOn, None).await? == Step::End
        {
            return Ok(Step::End);
        }
        let (mut delivery, outcome) = self.attempt(message, self.claimed.state.failures + 1).await;
        let (now, timing, state) = (Timestamp::now(), self.timing, &mut self.claimed.state);
        let reason = delivery.error.clone().unwrap_or_default();
        match outcome {
            Outcome::Delivered | Outcome::Declined => {
                state.passed(next_seq);
                self.made.push(delivery);
                return Ok(Step::On);
            }
            Outcome::Gone => state.gone(now),
            Outcome::Failed { retry_after } => state.failed(timing, &reason, retry_after, rand::random(), now),
        }
        delivery.next_attempt_at = state.disabled.is_none().then_some(state.next_attempt_at);
        let webhook = self.claimed.id;
        if let Some(why) = &state.disabled {
            tracing::warn!(%webhook, why, "a webhook is sent nothing more");
        } else {
            tracing::info!(%webhook, reason, "a receiver did not take a message");
        }
        self.made.push(delivery);
        self.end().await?;
        Ok(Step::End)
    }

    fn margin(&self) -> Duration {
        MARGIN.min(self.timing.patience / 3)
    }

    async fn attempt(&self, message: &Message, count: i64) -> (Delivery, Outcome) {
        let at = Timestamp::now();
        let begun = Instant::now();
        let answer = match message.request::<Full<bytes::Bytes>>(&self.claimed, at) {
            Some(request) => self.outgoing.send(request, self.timing.patience).await,
            None => Err("the address cannot be asked".into()),
        };
        faults::point("webhook.sent");
        let outcome = match &answer {
            Ok(answer) => Outcome::of(answer, Timestamp::now()),
            Err(_) => Outcome::Failed { retry_after: None },
        };
        let told = (message.id.as_str(), message.seq, message.r#type.as_str());
        (schedule::attempt(told, count, (at, begun.elapsed()), &answer), outcome)
    }

    async fn end(&mut self) -> Result<()> {
        self.write(Then::Ends, None).await?;
        Ok(())
    }

    /// Write down what was sent. It ends when people have changed the webhook meanwhile.
    async fn write(&mut self, then: Then, pinged: Option<uuid::Uuid>) -> Result<Step> {
        let until = Timestamp::now().plus(self.timing.lease);
        let leased = (then == Then::GoesOn).then_some(until);
        if !self.claimed.write(&self.app.db, &self.made, pinged, leased).await? {
            self.claimed.release(&self.app.db).await?;
            return Ok(Step::End);
        }
        self.made.clear();
        self.written_at = Instant::now();
        self.leased_until = until;
        Ok(Step::On)
    }
}
