//! Where customers want to go who name neither money nor data: they compare with what they have or see.

use jackfield_sdk::prelude::*;

use crate::{
    carrier::Subscriber,
    plans::{Need, Plan},
};

/// Where a customer wants to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Wish {
    /// To pay less.
    Cheaper,
    /// To pay as little as possible.
    Cheapest,
    /// To have more data.
    MoreData,
    /// To pay more, for more.
    Dearer,
    /// To have the best there is.
    Dearest,
}

impl Wish {
    /// What a sentence says of it. Not when the sentence itself names the sum or the volume, which `named` has.
    pub(crate) fn said(args: impl Fn(&str) -> Option<Value>, named: Need) -> Option<Self> {
        let said = args("wish-to").or_else(|| args("wish"))?;
        let wish = match said.as_text()? {
            "cheaper" => Self::Cheaper,
            "cheapest" => Self::Cheapest,
            "more-data" => Self::MoreData,
            "dearer" => Self::Dearer,
            "dearest" => Self::Dearest,
            _ => return None,
        };
        let says_it_all = match wish {
            Self::Cheaper | Self::Cheapest | Self::Dearer | Self::Dearest => {
                named.budget_minor.is_some()
            }
            Self::MoreData => named.data_gb.is_some(),
        };
        (!says_it_all).then_some(wish)
    }

    /// Says that these plans are what was wished for.
    pub(crate) fn met(self) -> Text {
        t(match self {
            Self::Cheaper => "plans-cheaper",
            Self::Cheapest => "plans-cheapest",
            Self::MoreData => "plans-more-data",
            Self::Dearer => "plans-dearer",
            Self::Dearest => "plans-dearest",
        })
    }

    /// The price, fen, that plans must be above for who compares with this; only for who wants to pay more.
    pub(crate) const fn floor(self, seen: Seen) -> Option<i64> {
        match self {
            Self::Dearer if seen.top_minor > seen.price_minor => Some(seen.top_minor),
            Self::Dearer => Some(seen.price_minor),
            Self::Dearest => Some(0),
            Self::Cheaper | Self::Cheapest | Self::MoreData => None,
        }
    }

    /// The need of who compares with this, and keeps what they named besides.
    pub(crate) const fn beyond(self, seen: Seen, named: Need) -> Need {
        match self {
            Self::Cheaper => Need {
                budget_minor: Some(seen.price_minor - 1),
                ..named
            },
            Self::Cheapest | Self::Dearer | Self::Dearest => Need {
                budget_minor: None,
                ..named
            },
            Self::MoreData => Need {
                data_gb: Some(seen.data_gb + 1),
                ..named
            },
        }
    }
}

/// What a customer compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Seen {
    /// What it costs a month, fen.
    price_minor: i64,
    /// Data of a month, GB.
    data_gb: i64,
    /// What the dearest costs a month, fen.
    #[serde(default)]
    top_minor: i64,
}

impl Seen {
    /// The plan that the customer has.
    pub(crate) const fn of(subscriber: &Subscriber) -> Self {
        Self {
            price_minor: subscriber.price_minor,
            data_gb: subscriber.data_total_mb / 1_024,
            top_minor: subscriber.price_minor,
        }
    }

    /// Plans on offer: the cheapest of them, and the most data. Nothing when there are none.
    pub(crate) fn among(plans: &[Plan]) -> Option<Self> {
        Some(Self {
            price_minor: plans.iter().map(|plan| plan.price_minor).min()?,
            data_gb: plans.iter().map(|plan| plan.data_gb).max()?,
            top_minor: plans.iter().map(|plan| plan.price_minor).max()?,
        })
    }
}
