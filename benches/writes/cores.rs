//! The server has the first core, and who asks it the second.

use std::process::Command;

use crate::Result;

/// How many there are, whether or not we may use them.
pub fn cores() -> Result<usize> {
    Ok(String::from_utf8(Command::new("nproc").arg("--all").output()?.stdout)?.trim().parse()?)
}

/// Keep to the second core, where there is one.
pub fn pin_self() -> Result<()> {
    if cores()? > 1 {
        let pid = std::process::id().to_string();
        let pinned = Command::new("taskset").args(["-a", "-c", "-p", "1", &pid]).output()?;
        if !pinned.status.success() {
            return Err("taskset could not pin the client to the second core".into());
        }
    }
    Ok(())
}
