//! User and password for OCI registries.

use std::fmt;

const USER: &str = "JACKFIELD_REGISTRY_USER";
const PASSWORD: &str = "JACKFIELD_REGISTRY_PASSWORD";
const HOST: &str = "JACKFIELD_REGISTRY_HOST";

/// Who asks a registry.
#[derive(Clone, Default)]
pub struct Access {
    user: String,
    password: String,
    /// The one host that is told; any when there is none.
    host: Option<String>,
}

impl Access {
    /// A user and a password, for one host (with its port) or for any.
    pub fn new(user: &str, password: &str, host: Option<&str>) -> Self {
        Self {
            user: user.to_owned(),
            password: password.to_owned(),
            host: host.map(str::to_owned),
        }
    }

    /// User and password from the environment, for a source that the operator named.
    pub fn for_named() -> Option<Self> {
        let read = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        Some(Self {
            user: read(USER)?,
            password: read(PASSWORD)?,
            host: read(HOST),
        })
    }

    /// The same for a source that stands in a file: only the host that the environment names is told, for a file may name any.
    pub fn for_locked() -> Option<Self> {
        Self::for_named().filter(|access| access.host.is_some())
    }

    /// User and password for this host, given as it stands in its address, with the port.
    pub(crate) fn for_host(&self, host: &str) -> Option<(&str, &str)> {
        let told = self.host.as_deref().is_none_or(|only| only == host);
        told.then_some((self.user.as_str(), self.password.as_str()))
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Access({} at {:?})", self.user, self.host)
    }
}
