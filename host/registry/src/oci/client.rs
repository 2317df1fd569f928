//! `oci-client`: how it is set up, who it signs in as, and what its errors mean.

use std::time::Duration;

use jackfield_core::ErrorCode;
use oci_client::Client;
use oci_client::client::{ClientConfig, ClientProtocol};
use oci_client::errors::{DigestError, OciDistributionError};
use oci_client::secrets::RegistryAuth;
use url::Url;

use super::Registry;
use crate::error::{RegistryError, Result};
use crate::web;

/// A client for the registry at this address.
pub(super) fn new(server: &Url) -> std::result::Result<Client, OciDistributionError> {
    let near = web::is_loopback(server);
    Client::try_from(ClientConfig {
        protocol: match server.scheme() {
            "http" => ClientProtocol::Http,
            _ => ClientProtocol::Https,
        },
        platform_resolver: None,
        connect_timeout: Some(web::CONNECT),
        read_timeout: Some(web::PAUSE),
        user_agent: web::USER_AGENT,
        // A machine's proxy is not asked for the machine itself; saying that takes a proxy for all else, and there is none.
        http_proxy: near.then(|| "http://127.0.0.1:9".to_owned()),
        no_proxy: near.then(|| "127.0.0.0/8,::1,localhost".to_owned()),
        ..ClientConfig::default()
    })
}

impl Registry {
    /// What the client signs in with.
    pub(super) fn auth(&self) -> RegistryAuth {
        match self
            .access
            .as_ref()
            .and_then(|access| access.for_host(&self.host))
        {
            Some((user, password)) => RegistryAuth::Basic(user.to_owned(), password.to_owned()),
            None => RegistryAuth::Anonymous,
        }
    }

    /// What the client was asked, if it comes in time.
    pub(super) async fn in_time<T>(
        &self,
        most: Duration,
        asked: impl Future<Output = std::result::Result<T, OciDistributionError>>,
    ) -> Result<T> {
        use OciDistributionError as Error;
        let refused =
            |code, what: String| Err(RegistryError::new(code, format!("{}: {what}", self.host)));
        let error = match tokio::time::timeout(most, asked).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => error,
            Err(_) => {
                let what = format!("no answer within {} s", most.as_secs());
                return refused(ErrorCode::SourceSilent, what);
            }
        };
        let code = match &error {
            Error::AuthenticationFailure(_) | Error::UnauthorizedError { .. } => {
                ErrorCode::SourceDenied
            }
            Error::ServerError {
                code: 401 | 403, ..
            } => ErrorCode::SourceDenied,
            Error::DigestError(_) => ErrorCode::ListingContradicts,
            // From within a stream.
            Error::IoError(error)
                if error
                    .get_ref()
                    .is_some_and(|error| error.is::<DigestError>()) =>
            {
                ErrorCode::ListingContradicts
            }
            _ => ErrorCode::SourceSilent,
        };
        refused(code, error.to_string())
    }
}
