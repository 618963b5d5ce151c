//! The wire form of what connects a container: environment, secrets, ports, mounts, networks, host names.
//!
//! Owns the fields. Never checks one; see [`crate::validate`].

use schemars::JsonSchema;
use serde::Deserialize;

use super::OneOrMany;
use crate::defaults::ID_MAX;

/// One environment variable: `value` or `secretRef`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct EnvVar {
    /// The name.
    #[schemars(required)]
    pub(crate) name: Option<String>,
    /// The value.
    pub(crate) value: Option<String>,
    /// The Podman secret whose content is the value: its name, or `{name: NAME}`.
    pub(crate) secret_ref: Option<SecretRef>,
}

/// The name of a Podman secret.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum SecretRef {
    /// Just the name.
    Name(String),
    /// As Kubernetes writes it.
    Full(NamedSecret),
}

/// A secret by name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NamedSecret {
    /// The secret's name.
    #[schemars(required)]
    pub(crate) name: Option<String>,
}

/// One published port.
#[expect(clippy::struct_field_names, reason = "the fields are named as in Kubernetes")]
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Port {
    /// The port inside.
    #[schemars(required, range(min = 1, max = 65_535))]
    pub(crate) container_port: Option<u16>,
    /// The port on the host. Left out, Podman picks one.
    #[schemars(range(min = 1, max = 65_535))]
    pub(crate) host_port: Option<u16>,
    /// The address on the host. Left out, all of them.
    #[serde(rename = "hostIP")]
    #[schemars(title = "an IP address")]
    pub(crate) host_ip: Option<String>,
    /// The protocol. Default `TCP`.
    pub(crate) protocol: Option<Protocol>,
}

/// A transport protocol, spelled as in Kubernetes or as in Podman.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(crate) enum Protocol {
    #[serde(rename = "TCP")]
    Tcp,
    #[serde(rename = "UDP")]
    Udp,
    #[serde(rename = "SCTP")]
    Sctp,
    #[serde(rename = "tcp")]
    TcpLower,
    #[serde(rename = "udp")]
    UdpLower,
    #[serde(rename = "sctp")]
    SctpLower,
}

/// One mount.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Mount {
    /// What is mounted: `volume`, `bind` or `tmpfs`.
    #[serde(rename = "type")]
    #[schemars(required)]
    pub(crate) kind: Option<MountType>,
    /// The volume's name, or the path on the host. Not for `tmpfs`.
    pub(crate) source: Option<String>,
    /// The path inside.
    #[schemars(required, title = "an absolute path")]
    pub(crate) target: Option<String>,
    /// Whether it may not be written. Default false.
    pub(crate) read_only: Option<bool>,
    /// Further mount options, for example `z`, `noexec`, `size=64m`.
    pub(crate) options: Option<Vec<String>>,
}

/// What is mounted.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MountType {
    Volume,
    Bind,
    Tmpfs,
}

/// A network: its name, or its name with an address and aliases.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Network {
    /// Just the name.
    Name(String),
    /// With details.
    Full(NetworkAttachment),
}

/// One attachment to a network.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NetworkAttachment {
    /// The network, or `host` or `none`.
    #[schemars(required)]
    pub(crate) name: Option<String>,
    /// A fixed address.
    #[schemars(title = "an IP address")]
    pub(crate) ip: Option<String>,
    /// Further names that resolve to the container.
    pub(crate) aliases: Option<Vec<String>>,
}

/// A line of `/etc/hosts`: `HOST:IP`, or the address with its names.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum ExtraHost {
    /// `HOST:IP`.
    Line(String),
    /// With details.
    Full(HostAlias),
}

/// An address with its names.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct HostAlias {
    /// The address, or `host-gateway` for the host's own.
    #[schemars(required, title = "an IP address or host-gateway")]
    pub(crate) ip: Option<String>,
    /// The names.
    #[schemars(required)]
    pub(crate) hostnames: Option<OneOrMany>,
}

/// One Podman secret that the container gets.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Secret {
    /// The secret's name.
    #[schemars(required)]
    pub(crate) name: Option<String>,
    /// How the container gets it. Default `mount`.
    #[serde(rename = "type")]
    pub(crate) kind: Option<SecretType>,
    /// The environment variable, or the path inside (relative to `/run/secrets`). Default: the secret's name.
    pub(crate) target: Option<String>,
    /// The owner of the file. Default 0.
    #[schemars(range(max = ID_MAX))]
    pub(crate) uid: Option<u32>,
    /// The group of the file. Default 0.
    #[schemars(range(max = ID_MAX))]
    pub(crate) gid: Option<u32>,
    /// The permissions of the file. Default `"0444"`.
    #[schemars(title = "octal permissions in quotes such as \"0440\"")]
    pub(crate) mode: Option<String>,
}

/// How a container gets a secret.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SecretType {
    Env,
    Mount,
}
