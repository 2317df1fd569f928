//! Which versions a repository has.

use jackfield_core::ErrorCode;
use reqwest::StatusCode;
use reqwest::header::LINK;
use semver::Version;
use serde::Deserialize;
use url::Url;

use super::session::Session;
use super::{Registry, artifact};
use crate::error::{RegistryError, Result};
use crate::web::{Most, unexpected};

/// Tags that are asked for at a time.
const PAGE: usize = 500;
/// Pages that are read.
const MOST_PAGES: usize = 20;
/// Bytes of a page.
const LONGEST: u64 = 1 << 20;

#[derive(Deserialize)]
struct Page {
    /// Absent or null where there are none.
    #[serde(default)]
    tags: Option<Vec<String>>,
}

/// The versions that the tags are; none when there is no such repository.
pub(super) async fn versions(registry: &Registry, session: &Session) -> Result<Vec<Version>> {
    let mut url = session.url(&format!("tags/list?n={PAGE}"))?;
    let mut versions = Vec::new();
    for _ in 0..MOST_PAGES {
        let answer = registry
            .web
            .get(
                &url,
                session.headers(),
                Most(LONGEST, ErrorCode::BadListing),
            )
            .await?;
        match answer.status {
            StatusCode::NOT_FOUND => return Ok(versions),
            status if !status.is_success() => return Err(unexpected(&url, status)),
            _ => {}
        }
        let page: Page = serde_json::from_slice(&answer.body)
            .map_err(|error| bad(&url, &format!("is no list of tags: {error}")))?;
        // Other tags, such as those of signatures of other tools, are none of ours.
        versions.extend(
            page.tags
                .iter()
                .flatten()
                .filter_map(|tag| artifact::version(tag)),
        );
        let next = answer
            .headers
            .get(LINK)
            .and_then(|link| link.to_str().ok())
            .and_then(next);
        let Some(next) = next else {
            return Ok(versions);
        };
        // Only where in the list to go on is taken from it.
        let next = url
            .join(next)
            .map_err(|error| bad(&url, &error.to_string()))?;
        url.set_query(next.query());
    }
    Err(bad(
        &url,
        &format!("does not end within {MOST_PAGES} pages"),
    ))
}

/// The address in `<address>; rel="next"`.
fn next(link: &str) -> Option<&str> {
    let (address, relation) = link.trim().strip_prefix('<')?.split_once('>')?;
    relation.contains("next").then_some(address)
}

fn bad(url: &Url, what: &str) -> RegistryError {
    RegistryError::new(ErrorCode::BadListing, format!("{url} {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_named_by_a_link() {
        assert_eq!(
            next("</v2/x/tags/list?n=2&last=b>; rel=\"next\""),
            Some("/v2/x/tags/list?n=2&last=b")
        );
        assert_eq!(next("</v2/x>; rel=\"prev\""), None);
        assert_eq!(next("nonsense"), None);
    }
}
