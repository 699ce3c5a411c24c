//! Tells the streams of this node who came to a project, who left, and what they do.

use crate::app::App;

pub async fn run(app: App) {
    app.live.tell_presence().await;
}
