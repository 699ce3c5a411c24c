//! The law that the log is the state: all events of a project, folded, are the board that is stored.

use serde_json::Value;

use super::{HELD, read};
use crate::{
    auth::membership::Membership,
    base::{
        error::{Error, Result},
        ids::ProjectId,
    },
    db::Db,
    log::{
        self,
        past::{Folded, State, fold_log},
    },
};

/// What contradicts the law in a project, in words; nothing when it holds. Writers may be at work meanwhile: the board says
/// which event it ends with.
pub async fn prove(db: &Db, project: ProjectId) -> Result<Option<String>> {
    loop {
        let begins = match log::past::begins(db, project).await {
            // Its rows are gone since the list of logs was made.
            Err(Error::NotFound) => return Ok(None),
            begins => begins?,
        };
        let found = contradiction(db, project).await;
        // A log that was trimmed meanwhile is read again: events are missing in what was folded.
        if matches!(found, Ok(None)) || log::past::begins(db, project).await? == begins {
            return found;
        }
    }
}

async fn contradiction(db: &Db, project: ProjectId) -> Result<Option<String>> {
    let by = Membership::of_instance(db, project);
    let (head, board) = match read(&by, "").await {
        // It was deleted meanwhile.
        Err(Error::NotFound) => return Ok(None),
        board => board?,
    };
    let board = serde_json::to_value(board).map_err(|error| Error::Internal(error.to_string()))?;
    let (mut folded, checkpoint) = match fold_log(db, project, HELD, head.seq).await? {
        Folded::Whole { state, false_checkpoint } => (state, false_checkpoint),
        // Trimmed before there were checkpoints: there is no state to begin with.
        Folded::Nowhere => return Ok(None),
    };
    if let Some(seq) = checkpoint {
        return Ok(Some(format!("the checkpoint at event {seq} is not what the events before it say")));
    }
    let mut stored = State::of_board(&board)?;
    for kind in HELD {
        for (id, told, kept) in State::differing(&mut folded, &mut stored, kind.name)? {
            let what = format!("{} {id}", kind.name);
            match (told.is_empty(), kept.is_empty()) {
                (true, _) => return Ok(Some(format!("no event tells of {what}, which is stored"))),
                (_, true) => return Ok(Some(format!("{what}, of which events tell, is not stored"))),
                _ => {}
            }
            // Objects from before a field was introduced do not have it in their events.
            let other = told.iter().find(|(name, value)| kept.get(*name).is_some_and(|kept: &Value| kept != *value));
            if let Some((name, value)) = other {
                let stored = kept.get(name).cloned().unwrap_or_default();
                return Ok(Some(format!("{what} has {name} {stored}, and its events say {value}")));
            }
        }
    }
    Ok(None)
}
