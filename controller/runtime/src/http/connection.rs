//! Connections and their limits.
//!
//! Owns how long and how many. Never knows a path. Each limit closes a way in which a client could hold the server.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::listener::{Listener, Stream};

/// Connections at once on one listener; further ones wait in the kernel's queue.
const CONNECTIONS_MAX: usize = 64;
/// How long a client may take for its request's head, and how long a connection may be idle.
const HEAD_MAX: Duration = Duration::from_secs(10);
/// How long a connection lives, whatever it does: a client that does not read its answer is let go then.
const LIFE_MAX: Duration = Duration::from_mins(5);
/// How long open requests may take after the shutdown.
const DRAIN_MAX: Duration = Duration::from_secs(2);
/// The size of a request's head.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// The number of headers of a request.
const HEADERS_MAX: usize = 64;
/// How long to wait after the system refused a connection, for example for want of file descriptors.
const REFUSED_PAUSE: Duration = Duration::from_millis(100);

/// Accepts and serves connections until `shutdown`.
pub(super) async fn accept(listener: Listener, routes: Router, shutdown: CancellationToken) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut open = JoinSet::new();
    loop {
        let next = async {
            let slot = Arc::clone(&slots).acquire_owned().await;
            (slot, listener.accept().await)
        };
        tokio::select! {
            biased;
            () = shutdown.cancelled() => break,
            Some(_) = open.join_next() => {}
            (slot, stream) = next => match stream {
                Ok(stream) => {
                    let served = serve(stream, routes.clone(), shutdown.clone());
                    open.spawn(async move {
                        served.await;
                        drop(slot);
                    });
                }
                Err(_) => tokio::time::sleep(REFUSED_PAUSE).await,
            },
        }
    }
    drop(listener);
    while open.join_next().await.is_some() {}
}

/// Serves one connection to its end. Its errors are the client's: there is nobody to tell.
async fn serve(stream: Box<dyn Stream>, routes: Router, shutdown: CancellationToken) {
    let service = TowerToHyperService::new(routes);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let leave = tokio::select! {
        biased;
        _ = connection.as_mut() => return,
        () = shutdown.cancelled() => DRAIN_MAX,
        () = tokio::time::sleep(LIFE_MAX) => DRAIN_MAX,
    };
    connection.as_mut().graceful_shutdown();
    // What is not answered by then is cut off.
    let _ = tokio::time::timeout(leave, connection).await;
}
