//! Probes against real sockets of this process.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use podsteward_domain::probe::route::Reach;
use podsteward_domain::time::Moment;

use super::*;
use crate::clock::SimClock;

/// Long enough for any answer on this machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn prober() -> HostProber {
    HostProber::new(Arc::new(SimClock::new(Moment::default())))
}

/// A server that answers each path in its way, until the test ends.
fn server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let head: Vec<String> =
                lines.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            let path = head[0].split(' ').nth(1).unwrap().to_owned();
            let has = |line: &str| head.iter().any(|is| is.eq_ignore_ascii_case(line));
            let answer = match path.as_str() {
                "/ok" => "204 No Content",
                "/moved" => "302 Found\r\nLocation: /ok",
                "/elsewhere" => "302 Found\r\nLocation: http://192.0.2.1/",
                "/round" => "302 Found\r\nLocation: /round",
                "/named" if has("Host: example.org") && has("X-Probe: yes") => "200 OK",
                "/astray" => {
                    thread::sleep(Duration::from_millis(30));
                    "302 Found\r\nLocation: /astray"
                }
                "/silent" => {
                    // Keeps the connection until the other side gives up.
                    while lines.next().is_some_and(|line| line.is_ok()) {}
                    continue;
                }
                _ => "503 Service Unavailable",
            };
            write!(stream, "HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        }
    });
    address
}

fn target() -> ProbeTarget {
    ProbeTarget {
        name: "web".to_owned(),
        container: String::new(),
        pid: Some(std::process::id()),
        started_ms: None,
        reach: Reach::Own,
        ports: Vec::new(),
    }
}

async fn ask(way: Route) -> ProbeResult {
    prober().probe(&target(), &way, PATIENCE).await
}

async fn http(address: SocketAddr, path: &str) -> ProbeResult {
    let headers =
        vec![("Host".to_owned(), "example.org".to_owned()), ("X-Probe".to_owned(), "yes".to_owned())];
    ask(Route::Http { url: format!("http://{address}{path}"), headers }).await
}

/// What made it ill.
fn why(result: ProbeResult) -> String {
    match result {
        ProbeResult::Ill(why) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_request_is_well_from_200_to_399_and_follows_redirects_to_the_same_host_only() {
    let address = server();
    for path in ["/ok", "/moved", "/elsewhere", "/named"] {
        assert_eq!(http(address, path).await, ProbeResult::Well, "{path}");
    }
    assert!(why(http(address, "/bad").await).ends_with("/bad answered 503"));
    assert!(why(http(address, "/round").await).ends_with("/round goes on redirecting"));
}

#[tokio::test]
async fn a_request_without_an_answer_in_time_or_to_nobody_is_ill() {
    let address = server();
    let way = Route::Http { url: format!("http://{address}/silent"), headers: Vec::new() };
    let result = prober().probe(&target(), &way, Duration::from_millis(50)).await;
    assert!(why(result).contains("gave no answer within 50ms"));
    let way = Route::Http { url: format!("http://{address}/astray"), headers: Vec::new() };
    let result = prober().probe(&target(), &way, Duration::from_millis(100)).await;
    assert!(
        why(result).contains("gave no answer within 100ms"),
        "its time is that of all redirects together"
    );
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(why(http(free, "/").await).contains("refused the connection"));
    let way = Route::Http { url: format!("https://{address}/ok"), headers: Vec::new() };
    assert!(why(ask(way).await).starts_with("https://"), "it speaks no TLS");
}

#[tokio::test]
async fn a_header_that_is_none_cannot_be_asked_with() {
    let headers = vec![("X-Probe".to_owned(), "two\nlines".to_owned())];
    let result = ask(Route::Http { url: format!("http://{}/ok", server()), headers }).await;
    assert!(matches!(result, ProbeResult::CannotRun(_)), "{result:?}");
}

#[tokio::test]
async fn a_connection_is_well_when_it_is_accepted() {
    let address = server();
    let connect = |port| Route::Connect { host: "127.0.0.1".to_owned(), port };
    assert_eq!(ask(connect(address.port())).await, ProbeResult::Well);
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(why(ask(connect(free.port())).await).contains("refused the connection"));
}

#[tokio::test]
async fn a_socket_is_looked_up_where_no_way_leads_in() {
    let listening = |port| Route::Listening { port };
    let address = server();
    assert!(why(ask(listening(address.port())).await).contains("to the container itself only"));
    let open = TcpListener::bind("0.0.0.0:0").unwrap();
    let port = open.local_addr().unwrap().port();
    assert_eq!(ask(listening(port)).await, ProbeResult::Well);
    drop(open);
    assert!(why(ask(listening(port)).await).contains("nothing listens"));
    let elsewhere = ProbeTarget { pid: None, ..target() };
    let result = prober().probe(&elsewhere, &listening(port), PATIENCE).await;
    assert!(matches!(result, ProbeResult::NoAnswer(_)), "{result:?}");
}
