//! Proving a database: each log by its chain, and each project by folding its log, which gives its present state.

use crate::{
    auth::audit::chain,
    base::error::Result,
    db::Db,
    log::verify::{self, Fault},
    model::boards,
};

/// What was found of one project.
pub struct Proved {
    /// Which one, and how far its log reaches.
    pub name: String,
    /// What is wrong with it; nothing when it is proved.
    pub fault: Option<String>,
    pub events: i64,
}

/// Prove each project, one after the other, and the audit log.
pub async fn prove(db: &Db, mut tell: impl FnMut(Proved)) -> Result<()> {
    for log in verify::logs(db).await? {
        let name = format!("{} ({}), events {} to {}", log.key, log.project, log.first(), log.seq);
        let fault = match verify::verify(db, &log).await? {
            Some(Fault::Missing(seq)) => Some(format!("event {seq} is missing")),
            Some(Fault::Broken(seq)) => Some(format!("event {seq} does not follow the one before it")),
            None => boards::prove(db, log.project).await?,
        };
        tell(Proved { name, fault, events: log.seq + 1 - log.first() });
    }
    let audit = chain::verify(db).await?;
    if audit.entries > 0 || audit.fault.is_some() {
        let name = format!("audit log, entries 1 to {}", audit.entries);
        tell(Proved { name, fault: audit.fault, events: audit.entries });
    }
    Ok(())
}
