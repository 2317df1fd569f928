//! Reading a state against a rule.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{Others, Rule};

static ANYTHING: Rule = Rule::ANYTHING;

/// Reads a value and refuses what does not surely meet the rule. Why is not said: the validator tells it better.
impl<'de> DeserializeSeed<'de> for &Rule {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

fn require<E: Error>(met: bool) -> Result<(), E> {
    if met {
        Ok(())
    } else {
        Err(E::custom("not surely valid"))
    }
}

impl Rule {
    fn whole<E: Error>(&self, number: i128) -> Result<(), E> {
        let least = self
            .number
            .least
            .is_none_or(|least| i128::from(least) <= number);
        let most = self
            .number
            .most
            .is_none_or(|most| number <= i128::from(most));
        require(self.types.integer && least && most)
    }
}

impl<'de> Visitor<'de> for &Rule {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that meets the schema")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        require(self.types.null)
    }

    fn visit_bool<E: Error>(self, _truth: bool) -> Result<(), E> {
        require(self.types.boolean)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.whole(number.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.whole(number.into())
    }

    /// A number with a point may be whole all the same, and bounds of it are compared inexactly: both are for the
    /// validator.
    fn visit_f64<E: Error>(self, _number: f64) -> Result<(), E> {
        let bounded = self.number.least.is_some() || self.number.most.is_some();
        require(self.types.fraction && !bounded)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let rule = &self.text;
        // No text has more characters than bytes, and counting them is rarely needed.
        let most = rule
            .most
            .is_none_or(|most| text.len() <= most || text.chars().count() <= most);
        let least = rule.least == 0 || text.chars().count() >= rule.least;
        let among = rule
            .among
            .as_ref()
            .is_none_or(|among| among.iter().any(|one| one == text));
        require(self.types.text && most && least && among)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        require(self.types.list)?;
        let item = self.list.item.as_deref().unwrap_or(&ANYTHING);
        let mut count = 0;
        while items.next_element_seed(item)?.is_some() {
            count += 1;
        }
        require(self.list.most.is_none_or(|most| count <= most))
    }

    /// Of a repeated name every value is checked, so the one that counts is.
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        require(self.types.object)?;
        let rule = &self.object;
        let mut missing = rule.required;
        while let Some(place) = members.next_key_seed(Name(self))? {
            let value = match (place, &rule.others) {
                (Some((bit, value)), _) => {
                    missing &= !bit;
                    value
                }
                (None, Others::Each(value)) => value,
                (None, Others::Anything) => &ANYTHING,
                (None, Others::Refused) => return Err(A::Error::custom("not surely valid")),
            };
            members.next_value_seed(value)?;
        }
        require(missing == 0)
    }
}

/// Finds the rule of a member by its name, and the bit that stands for it.
struct Name<'a>(&'a Rule);

impl<'de, 'a> DeserializeSeed<'de> for Name<'a> {
    type Value = Option<(u64, &'a Rule)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'_> for Name<'a> {
    type Value = Option<(u64, &'a Rule)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        let named = self.0.object.named.iter();
        Ok(named
            .zip(0_u32..)
            .find(|((other, _), _)| other == name)
            .map(|((_, rule), place)| (1 << place, rule)))
    }
}
