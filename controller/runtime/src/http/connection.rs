//! Connections and their limits.
//!
//! Owns how long and how many. Never knows a path. Each limit closes a way in which a client could hold the server.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::listener::{Listener, Stream};
use super::seats::{Seat, Seats};

/// How long a client may take for its request's head.
const HEAD_MAX: Duration = Duration::from_secs(5);
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
    let (seats, mut number) = (Seats::new(), 0);
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = shutdown.cancelled() => break,
            Some(_) = open.join_next() => {}
            stream = listener.accept() => match stream {
                Ok(stream) => {
                    number += 1;
                    open.spawn(serve(stream, routes.clone(), seats.take(number), shutdown.clone()));
                }
                Err(_) => tokio::time::sleep(REFUSED_PAUSE).await,
            },
        }
    }
    drop(listener);
    while open.join_next().await.is_some() {}
}

/// Serves one connection to its end: one request, so that none is kept by a client that has its answer. Its errors are the
/// client's: there is nobody to tell.
async fn serve(stream: Box<dyn Stream>, routes: Router, seat: Arc<Seat>, shutdown: CancellationToken) {
    let routes = TowerToHyperService::new(routes);
    let asks = Arc::clone(&seat);
    let service = service_fn(move |request| {
        let (answer, seat) = (routes.call(request), Arc::clone(&asks));
        async move {
            seat.be_answered().await;
            answer.await
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .keep_alive(false)
        .header_read_timeout(HEAD_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let leave = tokio::select! {
        biased;
        _ = connection.as_mut() => return,
        () = seat.taken() => return,
        () = shutdown.cancelled() => if seat.is_answered() { DRAIN_MAX } else { return },
        () = tokio::time::sleep(LIFE_MAX) => DRAIN_MAX,
    };
    connection.as_mut().graceful_shutdown();
    // What is not answered by then is cut off.
    let _ = tokio::time::timeout(leave, connection).await;
}
