//! What the server does by itself, without a request.

mod audit;
mod backups;
mod history;
pub mod imports;
mod mails;
mod presence;
mod pushes;
mod search;
mod sweeps;
mod upkeep;
mod webhooks;

use tokio_util::task::AbortOnDropHandle;

use crate::{app::App, live::cluster};

pub use self::sweeps::sweep;

/// Everything that runs by itself, until the process ends.
pub async fn run(app: App) {
    tokio::join!(
        sweeps::run(&app),
        cluster::run(&app),
        upkeep::run(&app),
        apart("mailed", mails::run(app.clone())),
        apart("pushed", pushes::run(app.clone())),
        apart("sent to webhooks", webhooks::run(app.clone())),
        apart("indexed", search::run(app.clone())),
        apart("digested", history::run(app.clone())),
        apart("told of who is there", presence::run(app.clone())),
        app.live.beat(),
        apart("imported", imports::run(app.clone())),
        apart("noted in the audit log", audit::run(app.clone())),
        apart("backed up", backups::run(app.clone())),
    );
}

/// Run a job in a task of its own: it works on what people write, and a panic of it stops no other job.
async fn apart(does: &str, job: impl Future<Output = ()> + Send + 'static) {
    if let Err(panic) = AbortOnDropHandle::new(tokio::spawn(job)).await {
        tracing::error!(%panic, "nothing is {does} until the server is started again");
    }
}
