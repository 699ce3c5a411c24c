//! A way to Postgres that a test can shut.

use std::path::Path;

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy, copy_bidirectional, split},
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Open,
    /// Whoever comes is turned away, and whoever is inside is put out.
    Shut,
    /// Whoever comes is let in; nothing goes through any more.
    Stuck,
    /// Whoever comes may sign in; questions get no answer.
    Deaf,
}

trait Both: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Both for T {}

pub struct Gate {
    /// The address of the database by way of the gate.
    pub url: String,
    way: watch::Sender<Way>,
}

impl Gate {
    pub async fn before(database: &str) -> Self {
        let mut url = reqwest::Url::parse(database).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let behind = url.clone();
        url.set_query(None);
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let (way, ways) = watch::channel(Way::Open);
        tokio::spawn(async move {
            while let Ok((visitor, _)) = listener.accept().await {
                let (behind, ways) = (behind.clone(), ways.clone());
                tokio::spawn(async move { pass(visitor, &behind, ways).await });
            }
        });
        Self { url: url.into(), way }
    }

    pub fn set(&self, way: Way) {
        self.way.send_replace(way);
    }
}

/// On a private socket where the address names its folder.
async fn connect(url: &reqwest::Url) -> std::io::Result<Box<dyn Both>> {
    let folder = url.query_pairs().find_map(|(name, value)| (name == "host").then(|| value.into_owned()));
    let port = url.port().unwrap_or(5432);
    match folder {
        Some(folder) if folder.starts_with('/') => {
            Ok(Box::new(UnixStream::connect(Path::new(&folder).join(format!(".s.PGSQL.{port}"))).await?))
        }
        _ => Ok(Box::new(TcpStream::connect((url.host_str().unwrap(), port)).await?)),
    }
}

async fn pass(mut visitor: TcpStream, url: &reqwest::Url, mut ways: watch::Receiver<Way>) {
    let Ok(mut behind) = connect(url).await else { return };
    let way = *ways.borrow_and_update();
    match way {
        Way::Open => tokio::select! {
            _ = copy_bidirectional(&mut visitor, &mut behind) => return,
            _ = ways.changed() => {}
        },
        Way::Deaf => drop(sign_in(&mut visitor, &mut behind).await),
        Way::Shut | Way::Stuck => {}
    }
    // Part of what somebody said may be lost by now: nobody goes on who once was stuck.
    while matches!(*ways.borrow_and_update(), Way::Stuck | Way::Deaf) && ways.changed().await.is_ok() {}
}

/// Until the first question, whose message begins with a `P`.
async fn sign_in(visitor: &mut TcpStream, behind: &mut Box<dyn Both>) -> std::io::Result<()> {
    let (mut asks, mut hears) = visitor.split();
    let (mut answers, mut takes) = split(behind);
    let questions = async {
        let mut buffer = [0; 4096];
        loop {
            let read = asks.read(&mut buffer).await?;
            if read == 0 || buffer[0] == b'P' {
                return Ok(());
            }
            takes.write_all(&buffer[..read]).await?;
        }
    };
    tokio::select! {
        end = copy(&mut answers, &mut hears) => end.map(|_| ()),
        end = questions => end,
    }
}
