//! Who may do what with a host: roles, what each of them may do, and this in one place.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// What somebody is there for. A key has one role or several.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Looks, and changes nothing.
    #[n(0)]
    Viewer,
    /// Installs packs, tries them and takes them back.
    #[n(1)]
    Operator,
    /// Teaches the bot.
    #[n(2)]
    Author,
    /// Vouches for packs.
    #[n(3)]
    Reviewer,
    /// Says who may do what, and may do everything.
    #[n(4)]
    Admin,
}

/// Something that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// See packs, archives, and what was decided by whom.
    See,
    /// Hand in archives of packs and their signatures.
    HandIn,
    /// Decide about packs: install, try, promote, take back, grant.
    Operate,
    /// See what was not understood, say what it means, and publish that.
    Teach,
    /// Make and revoke API keys.
    ManageKeys,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [
        Self::Viewer,
        Self::Operator,
        Self::Author,
        Self::Reviewer,
        Self::Admin,
    ];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Author => "author",
            Self::Reviewer => "reviewer",
            Self::Admin => "admin",
        }
    }

    /// Whether it may do this.
    pub fn may(self, right: Right) -> bool {
        right.roles().contains(&self)
    }
}

impl Right {
    /// Every right.
    pub const ALL: [Self; 5] = [
        Self::See,
        Self::HandIn,
        Self::Operate,
        Self::Teach,
        Self::ManageKeys,
    ];

    /// The roles that have it: the one table of all rights.
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::See => &Role::ALL,
            Self::HandIn => &[Role::Operator, Role::Reviewer, Role::Admin],
            Self::Operate => &[Role::Operator, Role::Admin],
            Self::Teach => &[Role::Author, Role::Admin],
            Self::ManageKeys => &[Role::Admin],
        }
    }

    /// What it lets somebody do, in words: `handing in packs`.
    pub const fn doing(self) -> &'static str {
        match self {
            Self::See => "looking at packs and decisions",
            Self::HandIn => "handing in packs and signatures",
            Self::Operate => "installing packs and deciding about them",
            Self::Teach => "teaching the bot",
            Self::ManageKeys => "managing API keys",
        }
    }

    /// The roles that have it, in words: `operator or admin`.
    pub fn needs(self) -> String {
        let names: Vec<&str> = self.roles().iter().map(|role| role.as_str()).collect();
        match names.split_last() {
            Some((last, [])) => (*last).to_owned(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => String::new(),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let role = Self::ALL.into_iter().find(|role| role.as_str() == text);
        role.ok_or_else(|| {
            format!("`{text}` is no role; roles are viewer, operator, author, reviewer and admin")
        })
    }
}

/// Roles in words: `author, reviewer`.
pub fn roles_in_words(roles: &BTreeSet<Role>) -> String {
    let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_may_do_what_it_is_for_and_nothing_else() {
        use Right::*;
        for (role, may) in [
            (Role::Viewer, &[See][..]),
            (Role::Operator, &[See, HandIn, Operate]),
            (Role::Author, &[See, Teach]),
            (Role::Reviewer, &[See, HandIn]),
            (Role::Admin, &[See, HandIn, Operate, Teach, ManageKeys]),
        ] {
            for right in Right::ALL {
                assert_eq!(role.may(right), may.contains(&right), "{role} {right:?}");
            }
            assert_eq!(role.as_str().parse(), Ok(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        assert_eq!(HandIn.needs(), "operator, reviewer or admin");
        assert_eq!(ManageKeys.needs(), "admin");
        assert!("root".parse::<Role>().is_err());
    }
}
