//! What axum offers by itself: `Sse` over a broadcast channel.

use std::{convert::Infallible, sync::Arc};

use axum::{
    Router,
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
    routing::{get, post},
};
use futures_util::{Stream, stream};
use http::StatusCode;
use tokio::sync::broadcast::{Sender, error::RecvError};

struct Message {
    id: u64,
    data: String,
}

type Channel = Sender<Arc<Message>>;

async fn events(State(channel): State<Channel>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = stream::unfold(channel.subscribe(), async |mut receiver| {
        loop {
            match receiver.recv().await {
                Ok(message) => {
                    let event = Event::default().id(format!("b3nc.{}.c0ffee12", message.id)).event("task.changed");
                    return Some((Ok(event.data(&message.data)), receiver));
                }
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

async fn publish(State(channel): State<Channel>, data: String) -> StatusCode {
    let id = data.split("\"seq\":").nth(1).and_then(|rest| rest.split(',').next()?.parse().ok()).unwrap_or(0);
    // Without readers nobody misses it.
    let _ = channel.send(Arc::new(Message { id, data }));
    StatusCode::NO_CONTENT
}

#[tokio::main]
pub async fn serve() {
    let channel: Channel = Sender::new(4096);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("listening on http://{}", listener.local_addr().unwrap());
    let router = Router::new().route("/events", get(events)).route("/publish", post(publish)).with_state(channel);
    axum::serve(listener, router).await.unwrap();
}
