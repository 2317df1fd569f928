//! Plans and the catalogue that holds them.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Error;

/// Who may take a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Everybody; of a subscriber: nobody special.
    All,
    /// Who joined lately.
    New,
    /// Who studies.
    Student,
    /// Who is 60 or older.
    Senior,
    /// Who has a business account.
    Business,
}

/// One plan, as a line of `plans.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// `zj-5g-128-01`: province, network, whole yuan, number.
    pub plan_id: String,
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// Province id; the plan is sold only there.
    pub province: String,
    /// Price of a month.
    pub price: Price,
    /// Data of a month in GB.
    pub data_gb: u32,
    /// Calls of a month in minutes.
    pub voice_min: u32,
    /// For how many months the price is kept.
    pub validity_months: u32,
    /// `4G` or `5G`.
    pub network: String,
    /// Who may take it.
    pub audience: Audience,
    /// For how many months the customer is bound; 0 = not at all.
    pub contract_months: u32,
    /// What else to know, in Chinese.
    pub notes_zh: String,
    /// What else to know, in English.
    pub notes_en: String,
}

/// An amount in fen (1/100 yuan), written as yuan with two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(pub i64);

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl std::str::FromStr for Price {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fen = text
            .split_once('.')
            .filter(|(_, decimals)| decimals.len() == 2)
            .and_then(|(yuan, decimals)| {
                let yuan: u32 = yuan.parse().ok()?;
                let decimals: u32 = decimals.parse().ok()?;
                Some(i64::from(yuan) * 100 + i64::from(decimals))
            });
        fen.map(Self).ok_or_else(|| {
            format!("`{text}` is no price; write yuan with two decimals, like 128.00")
        })
    }
}

impl Serialize for Price {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// All plans.
#[derive(Debug)]
pub struct Catalogue {
    plans: Vec<Plan>,
    by_id: HashMap<String, usize>,
    by_province: HashMap<String, Vec<usize>>,
}

impl Catalogue {
    /// Reads a catalogue from CSV text with a header line. Ids must be unique and provinces known.
    pub fn from_csv(text: &str) -> Result<Self, Error> {
        let mut catalogue = Self {
            plans: Vec::new(),
            by_id: HashMap::new(),
            by_province: HashMap::new(),
        };
        for (index, row) in csv::Reader::from_reader(text.as_bytes())
            .deserialize()
            .enumerate()
        {
            let plan: Plan = row.map_err(|error| Error::Catalogue(error.to_string()))?;
            if crate::province::by_id(&plan.province).is_none() {
                return Err(Error::Catalogue(format!(
                    "plan {}: no province `{}`",
                    plan.plan_id, plan.province
                )));
            }
            if catalogue
                .by_id
                .insert(plan.plan_id.clone(), index)
                .is_some()
            {
                return Err(Error::Catalogue(format!(
                    "plan {} stands twice",
                    plan.plan_id
                )));
            }
            catalogue
                .by_province
                .entry(plan.province.clone())
                .or_default()
                .push(index);
            catalogue.plans.push(plan);
        }
        if catalogue.plans.is_empty() {
            return Err(Error::Catalogue("it holds no plan".to_owned()));
        }
        Ok(catalogue)
    }

    /// Every plan, in the order of the file.
    pub fn plans(&self) -> &[Plan] {
        &self.plans
    }

    /// The plan with this id.
    pub fn get(&self, plan_id: &str) -> Option<&Plan> {
        self.by_id
            .get(plan_id)
            .and_then(|index| self.plans.get(*index))
    }

    /// The plans of a province, in the order of the file.
    pub fn of_province(&self, province: &str) -> impl Iterator<Item = &Plan> {
        self.by_province
            .get(province)
            .into_iter()
            .flatten()
            .filter_map(|index| self.plans.get(*index))
    }
}
