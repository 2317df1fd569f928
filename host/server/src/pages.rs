//! Web pages: the chat, its files, and the script that puts it into other pages.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jackfield_core::{Digest, ErrorCode};

use crate::assets::{Asset, etag};
use crate::error::Refusal;
use crate::state::Shared;

/// What a browser keeps without asking again: the address changes when the file does.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
/// What a browser keeps for an hour: the address stands in other people's pages.
const FOR_AN_HOUR: &str = "public, max-age=3600";
/// What a browser keeps and asks about each time.
const ASK: &str = "no-cache";

#[derive(Template)]
#[template(path = "chat.html")]
struct ChatPage<'a> {
    title: &'a str,
    lang: &'static str,
    version: &'a str,
}

/// `GET /` and `GET /chat`.
pub(crate) async fn chat(
    State(state): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let lang = if prefers_chinese(&headers) {
        "zh-CN"
    } else {
        "en"
    };
    let page = ChatPage {
        title: &state.options.title,
        lang,
        version: &state.assets.version,
    };
    let html = page.render().map_err(|error| {
        tracing::error!(%error, "the chat page was not rendered");
        Refusal::new(ErrorCode::Internal)
    })?;
    let tag = etag(&Digest::of(html.as_bytes()));
    let mut response = cached(&headers, &tag, ASK, "text/html; charset=utf-8", html);
    let embedded_by = state.options.embedded_by.join(" ");
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' https:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'self' {embedded_by}"
    );
    let policy = HeaderValue::try_from(policy).map_err(|_| Refusal::new(ErrorCode::Internal))?;
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy);
    response
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("accept-language"));
    Ok(response)
}

/// `GET /widget.js`.
pub(crate) async fn widget(State(state): State<Shared>, headers: HeaderMap) -> Response {
    match state.assets.get("widget.js") {
        Some(asset) => file(&headers, asset, FOR_AN_HOUR),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `GET /assets/{version}/{name}`.
pub(crate) async fn asset(
    State(state): State<Shared>,
    Path((version, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    // A page of another version may ask while hosts are being replaced; what it gets must not stay with it.
    let keep = if version == state.assets.version {
        FOR_GOOD
    } else {
        ASK
    };
    match state.assets.get(&name) {
        Some(asset) => file(&headers, asset, keep),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn file(headers: &HeaderMap, asset: &Asset, keep: &'static str) -> Response {
    let mut response = cached(headers, &asset.etag, keep, asset.kind, asset.text);
    // The widget runs in other people's pages, which may isolate themselves.
    let across = HeaderValue::from_static("cross-origin");
    response
        .headers_mut()
        .insert("cross-origin-resource-policy", across);
    response
}

/// The body, or 304 when the browser has it.
fn cached(
    headers: &HeaderMap,
    tag: &HeaderValue,
    keep: &'static str,
    kind: &'static str,
    body: impl IntoResponse,
) -> Response {
    let has_it = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|tags| tags.to_str().ok())
        .is_some_and(|tags| {
            tags.split(',')
                .any(|known| known.trim().trim_start_matches("W/").as_bytes() == tag)
        });
    let mut response = if has_it {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        body.into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag.clone());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// Whether Chinese stands before English in `Accept-Language`. Browsers list the preferred language first.
fn prefers_chinese(headers: &HeaderMap) -> bool {
    let Some(languages) = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    languages
        .split(',')
        .map(|language| language.trim().to_ascii_lowercase())
        .find(|language| language.starts_with("zh") || language.starts_with("en"))
        .is_some_and(|language| language.starts_with("zh"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_that_stands_first_wins() {
        let prefers = |value: &'static str| {
            prefers_chinese(&HeaderMap::from_iter([(
                header::ACCEPT_LANGUAGE,
                HeaderValue::from_static(value),
            )]))
        };
        assert!(prefers("zh-CN,zh;q=0.9,en;q=0.8"));
        assert!(prefers("fr, zh-TW, en"));
        assert!(!prefers("en-GB,zh;q=0.5"));
        assert!(!prefers("fr"));
        assert!(!prefers_chinese(&HeaderMap::new()));
    }
}
