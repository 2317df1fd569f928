//! Errors as clients see them: a status, and `{"error":{"code","message","help"}}`.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use jackfield_channels::Invalid;
use jackfield_core::ErrorCode;
use serde::Serialize;

use crate::HostError;

/// An answer that says no.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    code: ErrorCode,
    detail: Option<String>,
    retry_after: Option<Duration>,
}

impl Refusal {
    pub(crate) fn new(code: ErrorCode) -> Self {
        Self {
            code,
            detail: None,
            retry_after: None,
        }
    }

    pub(crate) fn because(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            detail: Some(detail.into()),
            ..Self::new(code)
        }
    }

    pub(crate) fn retry_in(self, wait: Duration) -> Self {
        Self {
            retry_after: Some(wait),
            ..self
        }
    }

    /// A refusal for the operator, who may know everything.
    pub(crate) fn for_operator(error: HostError) -> Self {
        Self {
            detail: Some(error.detail().to_owned()),
            ..Self::from(error)
        }
    }

    fn status(&self) -> StatusCode {
        match self.code {
            ErrorCode::BadRequest => StatusCode::BAD_REQUEST,
            ErrorCode::BadToken | ErrorCode::BadOperatorToken | ErrorCode::KeyOver => {
                StatusCode::UNAUTHORIZED
            }
            ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            ErrorCode::TooFast | ErrorCode::MailboxFull => StatusCode::TOO_MANY_REQUESTS,
            ErrorCode::SessionNotFound
            | ErrorCode::NotOnTheList
            | ErrorCode::UnknownVersion
            | ErrorCode::UnknownKey => StatusCode::NOT_FOUND,
            ErrorCode::UnknownMeaning | ErrorCode::UnknownLocale => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            ErrorCode::NothingToPublish
            | ErrorCode::ImpossibleChange
            | ErrorCode::Downgrade
            | ErrorCode::TooManyKeys => StatusCode::CONFLICT,
            ErrorCode::UnknownPack | ErrorCode::NoPack => StatusCode::NOT_FOUND,
            ErrorCode::RoleMayNot
            | ErrorCode::NotGranted
            | ErrorCode::UngrantedImport
            | ErrorCode::UnsignedPack
            | ErrorCode::UnknownSigner
            | ErrorCode::BadSidecar
            | ErrorCode::BadSignature
            | ErrorCode::OutOfScope
            | ErrorCode::KeyExpired
            | ErrorCode::Revoked
            | ErrorCode::NotReviewed
            | ErrorCode::SignatureContradicts => StatusCode::FORBIDDEN,
            ErrorCode::NotAsked
            | ErrorCode::BadManifest
            | ErrorCode::BadArchive
            | ErrorCode::BadPackData
            | ErrorCode::PackTooLarge
            | ErrorCode::ComponentTooLarge
            | ErrorCode::CompileFailed => StatusCode::UNPROCESSABLE_ENTITY,
            ErrorCode::Overloaded
            | ErrorCode::Draining
            | ErrorCode::StoreFull
            | ErrorCode::StoreFailed => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Self::because(invalid.code(), invalid.to_string())
    }
}

impl From<HostError> for Refusal {
    fn from(error: HostError) -> Self {
        // The detail may tell more of the inside than a customer needs; the log has it.
        tracing::warn!(code = %error.code(), detail = error.detail(), "the host refused");
        let detail = (error.code() == ErrorCode::BadRequest).then(|| error.detail().to_owned());
        Self {
            code: error.code(),
            detail,
            retry_after: error.retry_after(),
        }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    error: Inner<'a>,
}

#[derive(Serialize)]
struct Inner<'a> {
    code: ErrorCode,
    message: &'a str,
    help: &'a str,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let message = self.detail.as_deref().unwrap_or(self.code.summary());
        let body = Body {
            error: Inner {
                code: self.code,
                message,
                help: self.code.help(),
            },
        };
        let mut response = (self.status(), axum::Json(body)).into_response();
        let wait = match self.status() {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                Some(self.retry_after.unwrap_or(Duration::from_secs(1)))
            }
            _ => self.retry_after,
        };
        if let Some(wait) = wait {
            // Whole seconds, rounded up: sooner would be refused again.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response
    }
}
