//! How a stream leaves the router: as an extension of its response, for the accept loop, which then takes the socket from
//! hyper.

use std::sync::Arc;

use parking_lot::Mutex;

use super::Stream;

/// Extensions have to be `Clone`, a stream is not.
#[derive(Clone)]
pub struct Upgrade(Arc<Mutex<Option<Box<Stream>>>>);

impl Upgrade {
    pub(super) fn new(stream: Stream) -> Self {
        Self(Arc::new(Mutex::new(Some(Box::new(stream)))))
    }

    /// The stream, once.
    #[must_use]
    pub fn take(self) -> Option<Box<Stream>> {
        self.0.lock().take()
    }
}
