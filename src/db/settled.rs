//! What is refused is not refused for what never was. A part of a shared transaction that reads what another part wrote may
//! refuse because of it, before either is durable: its answer waits for the COMMIT of the others.
//!
//! The wait is noted where the part is dropped, and kept for the task that runs the request: work that fails with `?` needs
//! no word about it.

use std::cell::RefCell;

use tokio::{sync::oneshot, task_local};

use crate::{
    base::error::{Error, Result},
    db::group_commit::CommitError,
    faults::planted,
};

pub(super) type Outcome = Result<(), CommitError>;

task_local! {
    static WAITS: RefCell<Vec<oneshot::Receiver<Outcome>>>;
}

/// Do some work, then wait until all that its rolled back transactions had read is durable. The second half of the answer is
/// an error when that is lost: then the work's own answer rests on what never was.
pub async fn settled<F: Future>(work: F) -> (F::Output, Result<()>) {
    WAITS
        .scope(RefCell::default(), async {
            let done = work.await;
            for wait in WAITS.with(RefCell::take) {
                // A writer that ended says nothing any more.
                let outcome = wait.await.unwrap_or(Err(CommitError::RolledBack));
                if let Err(lost) = outcome {
                    return (done, Err(Error::from(lost)));
                }
            }
            (done, Ok(()))
        })
        .await
}

/// Note that a part is rolled back. What of the group it had read is told to the sender, if the request waits for it.
pub(super) fn note() -> Option<oneshot::Sender<Outcome>> {
    let (sender, receiver) = oneshot::channel();
    let noted = || WAITS.try_with(|waits| waits.borrow_mut().push(receiver)).ok().map(|()| sender);
    planted!(RefusalBeforeCommit => None, noted())
}
