//! Sockets that wait for connections.
//!
//! Owns binding, including what a dead process left of a unix socket. Never reads a request.

use std::fs::{File, Permissions};
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener, UnixSocket, UnixStream};

use super::Address;

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 128;

/// A bound socket. A unix socket's file goes away with it.
#[derive(Debug)]
pub struct Listener {
    address: Address,
    socket: Socket,
}

#[derive(Debug)]
enum Socket {
    Tcp(TcpListener),
    Unix(UnixListener, #[expect(dead_code, reason = "held for its drop")] SocketFile),
}

/// A connection, whatever it came over.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Listener {
    /// Binds.
    pub async fn bind(address: &Address) -> Result<Self, Error> {
        match address {
            Address::Tcp(name) => Self::bind_tcp(name).await,
            Address::Unix(path) => Self::bind_unix(path).await,
        }
        .map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => Error::Taken(address.clone()),
            io::ErrorKind::AlreadyExists => Error::Occupied(address.clone()),
            _ => Error::Bind { address: address.clone(), source: error },
        })
    }

    /// The address it listens on; of port 0, the port that was taken.
    pub fn address(&self) -> &Address {
        &self.address
    }

    async fn bind_tcp(name: &str) -> io::Result<Self> {
        let listener = TcpListener::bind(name).await?;
        let address = Address::Tcp(listener.local_addr()?.to_string());
        Ok(Self { address, socket: Socket::Tcp(listener) })
    }

    async fn bind_unix(path: &Path) -> io::Result<Self> {
        make_room(path).await?;
        let socket = UnixSocket::new_stream()?;
        // Before it is bound, so that at no moment anybody else may connect.
        File::from(socket.as_fd().try_clone_to_owned()?).set_permissions(Permissions::from_mode(0o600))?;
        socket.bind(path)?;
        let file = SocketFile(path.to_owned());
        let listener = socket.listen(BACKLOG)?;
        Ok(Self { address: Address::Unix(path.to_owned()), socket: Socket::Unix(listener, file) })
    }

    pub(super) async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        match &self.socket {
            Socket::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // Only a matter of speed.
                let _ = stream.set_nodelay(true);
                Ok(Box::new(stream))
            }
            Socket::Unix(listener, _) => Ok(Box::new(listener.accept().await?.0)),
        }
    }
}

/// Why an address cannot be listened on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process listens there.
    #[error("cannot listen on {0}: the address is taken by another process (choose another with --listen)")]
    Taken(Address),
    /// Something that is no socket stands there; it is left alone.
    #[error("cannot listen on {0}: there is a file that is no socket (remove it, or choose another path)")]
    Occupied(Address),
    /// The system refused.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address.
        address: Address,
        /// The system's answer.
        source: io::Error,
    },
}

/// Removes the file of a unix socket on which nobody listens; nothing else is ever removed.
async fn make_room(path: &Path) -> io::Result<()> {
    let Ok(there) = std::fs::symlink_metadata(path) else { return Ok(()) };
    if !there.file_type().is_socket() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    match UnixStream::connect(path).await {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => std::fs::remove_file(path),
        // Somebody listens, or it cannot be told: binding gives the answer.
        Ok(_) | Err(_) => Ok(()),
    }
}

/// The file of a unix socket, removed when the socket is not needed any more.
#[derive(Debug)]
struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        // A file that is gone already is as well.
        let _ = std::fs::remove_file(&self.0);
    }
}
