//! What signals mean: the server is to stop, or to end at once, or nothing.

use std::{fs, io};

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
};

use crate::base::output;

/// The signals of a server, from the moment on at which this is made.
pub struct Signals {
    stop: watch::Receiver<bool>,
}

/// Whether the process was started deaf to this signal, as `nohup` does.
fn ignored(kind: SignalKind) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask >> (kind.as_raw_value() - 1) & 1 == 1
}

impl Signals {
    /// SIGTERM, SIGINT, SIGQUIT and SIGHUP stop the server. SIGTERM or SIGINT once more ends it. SIGUSR1 and SIGUSR2, which by
    /// themselves would end it too, mean nothing. (SIGPIPE is ignored since the process began.)
    pub fn listen() -> io::Result<Self> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut quit = signal(SignalKind::quit())?;
        let mut hangup = if ignored(SignalKind::hangup()) { None } else { Some(signal(SignalKind::hangup())?) };
        for kind in [SignalKind::user_defined1(), SignalKind::user_defined2()] {
            if !ignored(kind) {
                drop(signal(kind)?);
            }
        }
        let (stopping, stop) = watch::channel(false);
        tokio::spawn(async move {
            let name = tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
                _ = quit.recv() => "SIGQUIT",
                () = received(&mut hangup) => "SIGHUP",
            };
            tracing::info!(signal = name, "asked to stop");
            stopping.send_replace(true);
            let kind = tokio::select! {
                _ = terminate.recv() => SignalKind::terminate(),
                _ = interrupt.recv() => SignalKind::interrupt(),
            };
            tracing::warn!("asked to stop once more: the process ends at once");
            // What a shell reports of a process that the signal itself has ended.
            output::exit(128 + kind.as_raw_value());
        });
        Ok(Self { stop })
    }

    /// Resolves when the server is to stop.
    pub async fn stop(&self) {
        // The sender waits for the second signal for as long as the process lives.
        let _ = self.stop.clone().wait_for(|stop| *stop).await;
    }
}

async fn received(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}
