//! Conversions, on requests and answers as Podman takes and gives them.

mod inspect;
mod request;
mod stored;
