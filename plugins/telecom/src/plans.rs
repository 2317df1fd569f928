//! The table of plans: finding the ones that fit.

use jackfield_sdk::{
    prelude::*,
    tables::{Query, Row},
};

use crate::{
    carrier::Subscriber,
    wish::{Seen, Wish},
    words,
};

/// How many plans are offered at once.
const OFFERED: usize = 3;
/// The columns that a flow reads, beside the name.
const COLUMNS: [&str; 7] = [
    "plan_id",
    "province",
    "price",
    "data_gb",
    "voice_min",
    "audience",
    "contract_months",
];

/// The column of names in the language of the turn.
fn name_column(cx: &Context) -> &'static str {
    if cx.language() == "zh" {
        "name_zh"
    } else {
        "name_en"
    }
}

fn query(name: &str) -> Query {
    tables::query("plans", [name].into_iter().chain(COLUMNS))
}

/// One plan.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    pub(crate) id: String,
    /// In the language of the turn.
    pub(crate) name: String,
    pub(crate) province: String,
    pub(crate) price_minor: i64,
    pub(crate) data_gb: i64,
    pub(crate) voice_min: i64,
    pub(crate) audience: String,
    pub(crate) contract_months: i64,
}

impl Plan {
    fn read(row: Row<'_>, name: &str) -> Result<Self, Fault> {
        Ok(Self {
            id: row.text("plan_id")?.to_owned(),
            name: row.text(name)?.to_owned(),
            province: row.text("province")?.to_owned(),
            price_minor: row.money("price")?.minor,
            data_gb: row.integer("data_gb")?,
            voice_min: row.integer("voice_min")?,
            audience: row.text("audience")?.to_owned(),
            contract_months: row.integer("contract_months")?,
        })
    }

    /// What it costs a month.
    pub(crate) fn price(&self) -> Money {
        Money::new(self.price_minor, "CNY")
    }

    /// Data of a month.
    pub(crate) fn data(&self) -> Quantity {
        Quantity::new(self.data_gb as f64, "GB")
    }

    /// The choice that stands for this plan; its id is the plan's.
    pub(crate) fn choice(&self) -> Choice {
        let key = if self.contract_months == 0 {
            "choice-plan"
        } else {
            "choice-plan-contract"
        };
        let label = t(key)
            .arg("plan", self.name.as_str())
            .arg("price", self.price())
            .arg("data", self.data())
            .arg("voice", words::minutes(self.voice_min));
        let label = if self.contract_months == 0 {
            label
        } else {
            label.arg("months", self.contract_months)
        };
        Choice::new(self.id.as_str(), label)
    }
}

/// Who plans are looked for: where, of which group, and in which language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Buyer<'a> {
    pub(crate) province: &'a str,
    /// `all` for who belongs to no group.
    pub(crate) audience: &'a str,
    name_column: &'static str,
}

impl<'a> Buyer<'a> {
    pub(crate) fn new(cx: &Context, province: &'a str, audience: &'a str) -> Self {
        Self {
            province,
            audience,
            name_column: name_column(cx),
        }
    }

    pub(crate) fn of(cx: &Context, subscriber: &'a Subscriber) -> Self {
        Self::new(cx, &subscriber.province, &subscriber.audience)
    }
}

/// What a customer needs a month. Nothing is set at first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Need {
    /// At least so much data, GB.
    pub(crate) data_gb: Option<i64>,
    /// At most so much money, fen.
    pub(crate) budget_minor: Option<i64>,
    /// The money is a bound, and not the price of a plan.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) capped: bool,
}

impl Need {
    /// Whether nothing is known yet.
    pub(crate) const fn is_unknown(&self) -> bool {
        self.data_gb.is_none() && self.budget_minor.is_none()
    }
}

/// Plans that were found, and whether they are what was asked for or only near it.
#[derive(Debug, PartialEq)]
pub(crate) struct Offer {
    pub(crate) plans: Vec<Plan>,
    pub(crate) exact: bool,
}

/// The plan of this id.
pub(crate) fn by_id(cx: &Context, id: &str) -> Result<Option<Plan>, Fault> {
    let name = name_column(cx);
    query(name)
        .eq("plan_id", id)
        .first(|row| Plan::read(row, name))
}

/// Plans at a price: exactly, or the nearest ones below and above. `except` is the plan the customer has.
pub(crate) fn at_price(buyer: Buyer<'_>, minor: i64, except: &str) -> Result<Offer, Fault> {
    let price = || Money::new(minor, "CNY");
    let by_contract = |plan: &Plan| (plan.contract_months, -plan.data_gb);
    let mut plans = find(buyer, &|query| {
        query
            .eq("price", price())
            .not("plan_id", except)
            .order_by("contract_months")
            .order_by_descending("data_gb")
    })?;
    let exact = !plans.is_empty();
    if exact {
        plans.sort_by_key(by_contract);
    } else {
        let free = |query: Query| query.eq("contract_months", 0).not("plan_id", except);
        let mut below = find(buyer, &|query| {
            free(query)
                .less("price", price())
                .order_by_descending("price")
        })?;
        below.sort_by_key(|plan| -plan.price_minor);
        let mut above = find(buyer, &|query| {
            free(query).greater("price", price()).order_by("price")
        })?;
        above.sort_by_key(|plan| plan.price_minor);
        below.truncate(OFFERED.saturating_sub(above.len().min(1)));
        plans = below.into_iter().chain(above).collect();
    }
    plans.truncate(OFFERED);
    plans.sort_by_key(|plan| plan.price_minor);
    Ok(Offer { plans, exact })
}

/// Plans without a contract above a price: the next ones, or the dearest of all when `wish` says so.
pub(crate) fn above(
    buyer: Buyer<'_>,
    minor: i64,
    wish: Wish,
    except: &str,
) -> Result<Offer, Fault> {
    let dearest = wish == Wish::Dearest;
    let mut plans = find(buyer, &|query| {
        let query = query
            .eq("contract_months", 0)
            .not("plan_id", except)
            .greater("price", Money::new(minor, "CNY"));
        if dearest {
            query.order_by_descending("price")
        } else {
            query.order_by("price")
        }
    })?;
    plans.sort_by_key(|plan| {
        if dearest {
            -plan.price_minor
        } else {
            plan.price_minor
        }
    });
    plans.truncate(OFFERED);
    let exact = !plans.is_empty();
    Ok(Offer { plans, exact })
}

/// Plans without a contract for a need: the cheapest with enough data, or the most data for the money.
/// When nothing meets it, the nearest: as much data as the money buys, else what the data costs.
pub(crate) fn for_need(buyer: Buyer<'_>, need: Need, except: &str) -> Result<Offer, Fault> {
    let plans = meeting(buyer, need, except)?;
    if !plans.is_empty() {
        return Ok(Offer { plans, exact: true });
    }
    let nearer = [
        Need {
            data_gb: None,
            ..need
        },
        Need {
            budget_minor: None,
            ..need
        },
        Need::default(),
    ];
    for need in nearer {
        let plans = meeting(buyer, need, except)?;
        if !plans.is_empty() {
            return Ok(Offer {
                plans,
                exact: false,
            });
        }
    }
    Ok(Offer {
        plans: Vec::new(),
        exact: false,
    })
}

fn meeting(buyer: Buyer<'_>, need: Need, except: &str) -> Result<Vec<Plan>, Fault> {
    let most_data = need.data_gb.is_none() && need.budget_minor.is_some();
    let mut plans = find(buyer, &|query| {
        let mut query = query.eq("contract_months", 0).not("plan_id", except);
        if let Some(gb) = need.data_gb {
            query = query.at_least("data_gb", gb);
        }
        if let Some(minor) = need.budget_minor {
            query = query.at_most("price", Money::new(minor, "CNY"));
        }
        if most_data {
            query.order_by_descending("data_gb").order_by("price")
        } else {
            query.order_by("price").order_by_descending("data_gb")
        }
    })?;
    if most_data {
        plans.sort_by_key(|plan| (-plan.data_gb, plan.price_minor));
    } else {
        plans.sort_by_key(|plan| (plan.price_minor, -plan.data_gb));
    }
    plans.truncate(OFFERED);
    Ok(plans)
}

/// Plans for who has one and did not say what is missing: the best cheaper one, then more data.
pub(crate) fn around(cx: &Context, subscriber: &Subscriber) -> Result<Offer, Fault> {
    let buyer = Buyer::of(cx, subscriber);
    let own = Seen::of(subscriber);
    let beyond = |wish: Wish| {
        meeting(
            buyer,
            wish.beyond(own, Need::default()),
            &subscriber.plan_id,
        )
    };
    let mut plans = beyond(Wish::MoreData)?;
    let cheaper = beyond(Wish::Cheaper)?;
    if let Some(best) = cheaper.into_iter().next() {
        plans.retain(|plan| plan.id != best.id);
        plans.insert(0, best);
    }
    plans.truncate(OFFERED);
    Ok(Offer { plans, exact: true })
}

/// Asks for plans that everybody may take and for those of the buyer's own group.
fn find(buyer: Buyer<'_>, narrow: &dyn Fn(Query) -> Query) -> Result<Vec<Plan>, Fault> {
    let mut plans = Vec::new();
    for audience in ["all", buyer.audience] {
        let query = query(buyer.name_column)
            .eq("province", buyer.province)
            .eq("audience", audience);
        for row in narrow(query).limit(OFFERED as u32).rows()?.iter() {
            plans.push(Plan::read(row, buyer.name_column)?);
        }
        if buyer.audience == "all" {
            break;
        }
    }
    Ok(plans)
}
