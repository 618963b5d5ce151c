//! Sockets that wait for connections.
//!
//! Owns binding, including what a dead process left of a unix socket. Never reads a request.

use std::io;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener, UnixStream};

use super::Address;

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
        remove_if_stale(path).await?;
        let listener = UnixListener::bind(path)?;
        let file = SocketFile(path.to_owned());
        // Before this, the socket has the mode that the umask leaves; nobody is accepted until it is set.
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
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
    /// The system refused.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address.
        address: Address,
        /// The system's answer.
        source: io::Error,
    },
}

/// Removes the file of a unix socket on which nobody listens. Anything else in its place stays, and binding says so.
async fn remove_if_stale(path: &Path) -> io::Result<()> {
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket());
    if !is_socket {
        return Ok(());
    }
    match UnixStream::connect(path).await {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => std::fs::remove_file(path),
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
