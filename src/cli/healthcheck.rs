//! `boardcast healthcheck`: asks the server of these settings whether it can serve, for containers that have no other program.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use ::http::{Request, StatusCode, header};
use clap::{Args, builder::RangedU64ValueParser};
use http_body_util::{BodyExt, Empty};
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};

/// Ask the server that listens at `--listen` whether it can serve: status 0 when it can, 1 with the reason when not.
#[derive(Args, Debug)]
pub struct Options {
    /// How many seconds it may take to answer.
    #[arg(long, default_value_t = 4, value_name = "SECONDS", value_parser = RangedU64ValueParser::<u64>::new().range(1..=300))]
    timeout: u64,
}

/// Where a server that listens at this address is reached on its own machine.
pub fn reached(listen: SocketAddr) -> SocketAddr {
    let address = match listen.ip() {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        address => address,
    };
    SocketAddr::new(address, listen.port())
}

pub async fn run(listen: SocketAddr, options: &Options) -> Result<(), String> {
    let address = reached(listen);
    if address.port() == 0 {
        return Err("--listen has port 0: say at which one the server listens".into());
    }
    let patience = Duration::from_secs(options.timeout);
    match timeout(patience, ask(address)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(why)) => Err(format!("the server at {address} is not ready: {why}")),
        Err(_) => Err(format!("the server at {address} has not answered within {} s", options.timeout)),
    }
}

async fn ask(address: SocketAddr) -> Result<(), String> {
    let socket = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(socket)).await.map_err(|error| error.to_string())?;
    let _connection = tokio_util::task::AbortOnDropHandle::new(tokio::spawn(connection));
    let request = Request::get("/readyz").header(header::HOST, address.to_string()).body(Empty::<Bytes>::new());
    let answer = sender.send_request(request.map_err(|error| error.to_string())?).await;
    let answer = answer.map_err(|error| error.to_string())?;
    let status = answer.status();
    if status == StatusCode::OK {
        return Ok(());
    }
    let body = answer.into_body().collect().await.map_err(|error| error.to_string())?.to_bytes();
    let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
    Err(problem["detail"].as_str().map_or_else(|| format!("it answers {status}"), ToOwned::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_listens_everywhere_is_asked_on_this_machine() {
        for (listen, asked) in
            [("0.0.0.0:8080", "127.0.0.1:8080"), ("[::]:8080", "[::1]:8080"), ("192.0.2.7:80", "192.0.2.7:80")]
        {
            assert_eq!(reached(listen.parse().unwrap()).to_string(), asked);
        }
    }
}
