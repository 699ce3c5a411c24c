//! Strangers with a token that nobody has, who announce long bodies and never finish them: what only a caller may ask is
//! refused before anything of the body is waited for, or each of them would hold memory and a connection.

use std::time::Duration;

use rand::RngExt;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{law::Law, world::World};

/// How many come at once, and how much of its body each of them sends.
const CROWD: usize = 12;
const BEGUN: usize = 1_000;
const ANNOUNCED: usize = 10_000;
/// By when they have to be refused; a body may take longer.
const PATIENCE: Duration = Duration::from_secs(5);

pub async fn come(world: &World) {
    let Some(mean) = world.plan.strangers else { return };
    let mut rng = world.chances("strangers");
    while !world.over() {
        let node = rng.random_range(0..world.cluster.size());
        let url = world.cluster.url(node);
        let path = format!("/projects/{}/tasks", world.any_board(&mut rng).id);
        let crowd = (0..CROWD).map(|_| refused(&url, &path));
        let answers = futures_util::future::join_all(crowd).await;
        let waiting = answers.iter().filter(|answer| **answer == Some(false)).count();
        if waiting > 0 {
            let text = format!("{waiting} of {CROWD} unfinished bodies of strangers were waited for");
            world.verdict.broken(Law::SlowReader, text);
        }
        world.pause(&mut rng, mean).await;
    }
}

/// Whether a stranger is answered although their body is unfinished. Nothing when the server was away.
async fn refused(url: &str, path: &str) -> Option<bool> {
    let address = url.strip_prefix("http://")?;
    let mut socket = TcpStream::connect(address).await.ok()?;
    let head = format!(
        "POST /api/v1{path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer bc_nobodys\r\n\
         Content-Type: application/json\r\nContent-Length: {ANNOUNCED}\r\n\r\n{}",
        " ".repeat(BEGUN)
    );
    socket.write_all(head.as_bytes()).await.ok()?;
    let mut answer = [0; 12];
    match tokio::time::timeout(PATIENCE, socket.read_exact(&mut answer)).await {
        Err(_) => Some(false),
        Ok(read) => read.ok().map(|_| answer.starts_with(b"HTTP/1.1 401")).filter(|refused| *refused),
    }
}
