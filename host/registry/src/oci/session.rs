//! Being signed in to one repository.

use std::time::Duration;

use jackfield_core::{ErrorCode, PackId};
use oci_client::secrets::RegistryAuth;
use oci_client::{Reference, RegistryOperation};
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use url::Url;

use super::{Registry, prefix};
use crate::error::{RegistryError, Result};
use crate::web::{self, Most, unexpected};

/// Bytes of the answer that says how to sign in.
const LONGEST: u64 = 64 << 10;
/// Signing in takes no longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// One repository, and what is sent along to be let in.
pub(super) struct Session {
    host: String,
    repository: String,
    /// Address of the repository, with a slash at its end.
    base: Url,
    authorization: Option<HeaderValue>,
}

impl Session {
    /// Signs in for a pack, if the registry asks for it.
    pub(super) async fn begin(
        registry: &Registry,
        pack: &PackId,
        what_for: RegistryOperation,
    ) -> Result<Self> {
        let repository = prefix(&registry.namespace) + pack.as_str();
        let join = |url: &Url, path: &str| {
            url.join(path).map_err(|error| {
                RegistryError::new(ErrorCode::BadSource, format!("{url}{path}: {error}"))
            })
        };
        let door = join(&registry.server, "v2/")?;
        let mut session = Self {
            host: registry.host.clone(),
            base: join(&door, &format!("{repository}/"))?,
            repository,
            authorization: None,
        };
        let answer = registry
            .web
            .get(
                &door,
                HeaderMap::new(),
                Most(LONGEST, ErrorCode::BadListing),
            )
            .await?;
        let challenge = match answer.status {
            status if status.is_success() => return Ok(session),
            StatusCode::UNAUTHORIZED => answer.headers.get(WWW_AUTHENTICATE),
            status => return Err(unexpected(&door, status)),
        };
        let challenge = challenge
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let denied = |what: String| RegistryError::new(ErrorCode::SourceDenied, what);
        // The password goes to where the registry says, and the client would take any place.
        if let Some(realm) = realm(challenge)
            && !Url::parse(realm).is_ok_and(|realm| web::is_safe(&realm))
        {
            return Err(denied(format!(
                "{} has passwords sent to {realm}, which is not https",
                registry.host
            )));
        }
        let auth = registry.auth();
        let image = session.image("latest");
        let token = registry.client.auth(&image, &auth, what_for);
        let token = registry.in_time(PATIENCE, token).await?;
        session.authorization = match (token, &auth) {
            (Some(token), _) => registry.web.bearer(&session.base, &token),
            (None, RegistryAuth::Basic(user, password)) => {
                registry.web.basic(&session.base, user, password)
            }
            _ => {
                return Err(denied(format!(
                    "{} asks for a user and a password",
                    registry.host
                )));
            }
        };
        Ok(session)
    }

    /// An address in the repository.
    pub(super) fn url(&self, path: &str) -> Result<Url> {
        self.base
            .join(&format!("./{path}"))
            .map_err(|error| RegistryError::new(ErrorCode::BadSource, format!("{path}: {error}")))
    }

    pub(super) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Some(authorization) = &self.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        headers
    }

    pub(super) fn image(&self, tag: &str) -> Reference {
        Reference::with_tag(self.host.clone(), self.repository.clone(), tag.to_owned())
    }
}

/// Where the registry has tokens fetched.
fn realm(challenge: &str) -> Option<&str> {
    let at = challenge.to_ascii_lowercase().find("realm=\"")?;
    let bearer = challenge
        .trim_start()
        .get(..6)?
        .eq_ignore_ascii_case("bearer");
    let rest = challenge.get(at + "realm=\"".len()..)?;
    bearer.then(|| rest.split('"').next())?
}
