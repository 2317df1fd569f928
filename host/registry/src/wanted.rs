//! Which versions are asked for.

use jackfield_core::{ErrorCode, PackId};
use semver::{Prerelease, Version, VersionReq};

use crate::error::{RegistryError, Result};

/// Which versions of a pack are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    rule: Rule,
    /// Also versions that come before one, such as 2.0.0-rc.1.
    pre_releases: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    Exactly(Version),
    Any(VersionReq),
}

impl Wanted {
    /// Reads `ID` or `ID@VERSION`: three numbers are exactly that version, anything else is a requirement like `1.4` or `>=1, <3`.
    ///
    /// # Errors
    /// [`ErrorCode::NoRelease`] when it is none of these.
    pub fn parse(text: &str, pre_releases: bool) -> Result<(PackId, Self)> {
        let (id, rule) = match text.split_once('@') {
            Some((id, rule)) => (id, Some(rule)),
            None => (text, None),
        };
        let refused = |what: String| RegistryError::new(ErrorCode::NoRelease, what);
        let id = PackId::new(id).map_err(|error| refused(error.to_string()))?;
        let rule = match rule {
            None => Rule::Any(VersionReq::STAR),
            Some(rule) => match Version::parse(rule) {
                Ok(version) => Rule::Exactly(version),
                Err(_) => Rule::Any(VersionReq::parse(rule).map_err(|error| {
                    refused(format!(
                        "`{rule}` is no version and no requirement such as `1.4`: {error}"
                    ))
                })?),
            },
        };
        Ok((id, Self { rule, pre_releases }))
    }

    /// Every version there is.
    pub fn all() -> Self {
        Self {
            rule: Rule::Any(VersionReq::STAR),
            pre_releases: true,
        }
    }

    /// One version.
    pub fn exactly(version: Version) -> Self {
        Self {
            rule: Rule::Exactly(version),
            pre_releases: true,
        }
    }

    /// Whether this is one very version, and not the newest of several.
    pub fn is_one(&self) -> bool {
        matches!(self.rule, Rule::Exactly(_))
    }

    pub(crate) fn matches(&self, version: &Version) -> bool {
        match &self.rule {
            Rule::Exactly(exactly) => exactly == version,
            Rule::Any(rule) if rule.matches(version) => true,
            Rule::Any(rule) => self.pre_releases && rule.matches(&released(version)),
        }
    }
}

/// The version that a pre-release comes before.
fn released(version: &Version) -> Version {
    Version {
        pre: Prerelease::EMPTY,
        ..version.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matching(text: &str, pre_releases: bool) -> Vec<&'static str> {
        let (_, wanted) = Wanted::parse(text, pre_releases).unwrap();
        ["1.4.0", "1.4.1", "1.5.0", "2.0.0-rc.1", "2.0.0"]
            .into_iter()
            .filter(|version| wanted.matches(&Version::parse(version).unwrap()))
            .collect()
    }

    #[test]
    fn a_version_is_itself_and_a_requirement_is_many() {
        assert_eq!(
            matching("com.a.b", false),
            ["1.4.0", "1.4.1", "1.5.0", "2.0.0"]
        );
        assert_eq!(matching("com.a.b@1.4.0", false), ["1.4.0"]);
        assert_eq!(matching("com.a.b@1.4", false), ["1.4.0", "1.4.1", "1.5.0"]);
        assert_eq!(matching("com.a.b@~1.4", false), ["1.4.0", "1.4.1"]);
        assert_eq!(matching("com.a.b@>=1.5, <2", false), ["1.5.0"]);
    }

    #[test]
    fn pre_releases_come_only_when_asked_for() {
        assert_eq!(matching("com.a.b@2", false), ["2.0.0"]);
        assert_eq!(matching("com.a.b@2", true), ["2.0.0-rc.1", "2.0.0"]);
        assert_eq!(matching("com.a.b@2.0.0-rc.1", false), ["2.0.0-rc.1"]);
        assert_eq!(matching("com.a.b@<2", true), ["1.4.0", "1.4.1", "1.5.0"]);
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for text in ["com.a.b@latest", "com.a.b@", "com", "Com.A.B"] {
            let refused = Wanted::parse(text, false).unwrap_err();
            assert_eq!(refused.code(), ErrorCode::NoRelease, "{text}");
        }
    }
}
