//! The listener for `/metrics`. It answers that one address and nothing else, to few clients at a time, none of which can keep
//! it busy.

use std::{convert::Infallible, sync::Arc, time::Duration};

use ::http::{Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::{
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};

use crate::http::metrics::{MEDIA, Metrics};

/// How many clients there may be. What is beyond waits in the kernel.
const CLIENTS: usize = 16;
/// How long the head of a request may take.
const HEAD: Duration = Duration::from_secs(10);
/// How long a client may stay.
const STAY: Duration = Duration::from_mins(10);

/// Answer until the process ends.
pub async fn serve(listener: TcpListener, metrics: Metrics) {
    let permits = Arc::new(Semaphore::new(CLIENTS));
    loop {
        // The semaphore is never closed.
        let Ok(permit) = permits.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((socket, _)) => {
                let metrics = metrics.clone();
                tokio::spawn(async move {
                    // A scraper comes again.
                    let _ = timeout(STAY, connection(socket, metrics)).await;
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection for metrics could not be accepted");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn connection(socket: TcpStream, metrics: Metrics) {
    let service = service_fn(move |request| {
        let metrics = metrics.clone();
        async move { Ok::<_, Infallible>(answer(&request, &metrics).await) }
    });
    let mut serving = http1::Builder::new();
    serving.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(16 * 1024);
    if let Err(error) = serving.serve_connection(TokioIo::new(socket), service).await {
        tracing::debug!(%error, "a connection for metrics ended badly");
    }
}

async fn answer(request: &Request<Incoming>, metrics: &Metrics) -> Response<Full<Bytes>> {
    let (status, media, body) = match (request.uri().path(), request.method()) {
        ("/metrics", &Method::GET | &Method::HEAD) => (StatusCode::OK, MEDIA, metrics.text().await),
        ("/metrics", _) => (StatusCode::METHOD_NOT_ALLOWED, "text/plain", "GET only\n".into()),
        _ => (StatusCode::NOT_FOUND, "text/plain", "only /metrics is here\n".into()),
    };
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, ::http::HeaderValue::from_static(media));
    headers.insert(header::CACHE_CONTROL, ::http::HeaderValue::from_static("no-store"));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(header::ALLOW, ::http::HeaderValue::from_static("GET, HEAD"));
    }
    response
}
