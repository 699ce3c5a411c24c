//! The official client of the protocol: `BOARDCAST_TEST_PYTHON` says which Python has it.

use super::*;
use crate::support::libraries::python;

#[tokio::test]
#[ignore = "needs a Python with tests/mcp/requirements.txt"]
async fn the_official_client_tells_the_story() {
    let (app, alice, ..) = app().await;
    let project = alice.project().await;
    columns(&project).await;
    let Auth::Token(secret) = alice.auth.clone() else { panic!("no token") };
    let mut story = python("mcp/story.py");
    story.args([format!("{}/mcp", app.url), secret, project.key.clone()]);
    let told = tokio::task::spawn_blocking(move || story.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&told.stdout).into_owned() + &String::from_utf8_lossy(&told.stderr);
    assert!(told.status.success() && said.contains("told auto") && said.contains("told legacy"), "{said}");
    project.settle().await;
}
