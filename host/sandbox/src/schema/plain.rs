//! A short way for schemas that say no more than what a state looks like: types, members, bounds, names of a
//! choice. They are checked while the state is read, with no tree of it and at a third of the cost. The short way
//! only ever says yes: a schema that uses more is not taken here, and a state that is not surely valid goes the
//! long way, through the validator.

use serde_json::{Map, Value};

mod reader;

/// The most names of an object, and texts of a choice: every value is compared with all of them.
const MOST_NAMES: usize = 64;

/// The most bytes of a rule. What a reference leads to is written out at each of them, so a small schema can make a
/// large one.
const MOST_BYTES: usize = 256 << 10;

/// The dialect whose keywords are understood; also the one of schemas that name none.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Keywords that say nothing about which states are valid.
const REMARKS: [&str; 9] = [
    "$schema",
    "$comment",
    "$defs",
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "format",
];

/// What a value may be. Bounds of one type say nothing about values of another, as in JSON Schema.
#[derive(Debug)]
pub(super) struct Rule {
    types: Types,
    text: TextRule,
    number: NumberRule,
    list: ListRule,
    object: ObjectRule,
}

/// Types that are allowed.
#[derive(Debug, Clone, Copy)]
struct Types {
    null: bool,
    boolean: bool,
    integer: bool,
    /// Numbers that are not whole.
    fraction: bool,
    text: bool,
    list: bool,
    object: bool,
}

impl Types {
    const ALL: Self = Self {
        null: true,
        boolean: true,
        integer: true,
        fraction: true,
        text: true,
        list: true,
        object: true,
    };
    const NONE: Self = Self {
        null: false,
        boolean: false,
        integer: false,
        fraction: false,
        text: false,
        list: false,
        object: false,
    };

    /// The types of both.
    const fn and(self, other: Self) -> Self {
        Self {
            null: self.null && other.null,
            boolean: self.boolean && other.boolean,
            integer: self.integer && other.integer,
            fraction: self.fraction && other.fraction,
            text: self.text && other.text,
            list: self.list && other.list,
            object: self.object && other.object,
        }
    }

    fn add(&mut self, name: &str) -> Option<()> {
        match name {
            "null" => self.null = true,
            "boolean" => self.boolean = true,
            "integer" => self.integer = true,
            "number" => (self.integer, self.fraction) = (true, true),
            "string" => self.text = true,
            "array" => self.list = true,
            "object" => self.object = true,
            _ => return None,
        }
        Some(())
    }
}

#[derive(Debug, Default)]
struct TextRule {
    least: usize,
    most: Option<usize>,
    /// The only texts that are allowed.
    among: Option<Vec<String>>,
}

#[derive(Debug, Default)]
struct NumberRule {
    least: Option<i64>,
    most: Option<i64>,
}

#[derive(Debug, Default)]
struct ListRule {
    most: Option<usize>,
    /// What every item must be; anything when absent.
    item: Option<Box<Rule>>,
}

#[derive(Debug, Default)]
struct ObjectRule {
    named: Vec<(String, Rule)>,
    /// One bit for each of `named` that must be there.
    required: u64,
    others: Others,
}

/// Members that have no rule of their own.
#[derive(Debug, Default)]
enum Others {
    #[default]
    Anything,
    Refused,
    Each(Box<Rule>),
}

impl Rule {
    /// A rule that every value meets.
    const ANYTHING: Self = Self {
        types: Types::ALL,
        text: TextRule {
            least: 0,
            most: None,
            among: None,
        },
        number: NumberRule {
            least: None,
            most: None,
        },
        list: ListRule {
            most: None,
            item: None,
        },
        object: ObjectRule {
            named: Vec::new(),
            required: 0,
            others: Others::Anything,
        },
    };

    /// The rule that a schema without recursive references is, when it is plain.
    pub(super) fn of(schema: &Value) -> Option<Self> {
        match schema.get("$schema") {
            None => {}
            Some(Value::String(dialect)) if dialect == DIALECT => {}
            Some(_) => return None,
        }
        Reader {
            root: schema,
            left: MOST_BYTES,
        }
        .read(schema)
    }

    /// Whether `text` is JSON that surely meets the rule.
    pub(super) fn accepts(&self, text: &str) -> bool {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        serde::de::DeserializeSeed::deserialize(self, &mut deserializer)
            .and_then(|()| deserializer.end())
            .is_ok()
    }
}

/// Reads a schema.
struct Reader<'a> {
    root: &'a Value,
    /// Bytes that the rule may still have.
    left: usize,
}

impl Reader<'_> {
    fn take(&mut self, bytes: usize) -> Option<()> {
        self.left = self.left.checked_sub(bytes)?;
        Some(())
    }

    fn read(&mut self, schema: &Value) -> Option<Rule> {
        self.take(size_of::<Rule>())?;
        let keywords = match schema {
            Value::Bool(true) => return Some(Rule::ANYTHING),
            Value::Object(keywords) => keywords,
            _ => return None,
        };
        let says = |keyword: &&String| !REMARKS.contains(&keyword.as_str());
        if let Some(target) = keywords.get("$ref") {
            let alone = keywords.keys().filter(says).count() == 1;
            let pointer = target.as_str()?.strip_prefix('#').filter(|_| alone)?;
            let root = self.root;
            return self.read(root.pointer(pointer)?);
        }
        if let Some(either) = keywords.get("anyOf") {
            let alone = keywords.keys().filter(says).count() == 1;
            return self.or_null(either.as_array().filter(|_| alone)?);
        }
        let mut rule = Rule::ANYTHING;
        for (keyword, value) in keywords.iter().filter(|(keyword, _)| says(keyword)) {
            self.add(&mut rule, keyword, value, keywords)?;
        }
        Some(rule)
    }

    /// `{"anyOf": [{"type": "null"}, …]}`, as generators write what may be absent.
    fn or_null(&mut self, either: &[Value]) -> Option<Rule> {
        let null = serde_json::json!({ "type": "null" });
        let [other] = either
            .iter()
            .filter(|one| **one != null)
            .collect::<Vec<_>>()[..]
        else {
            return None;
        };
        let mut rule = self.read(other)?;
        rule.types.null |= either.len() > 1;
        Some(rule)
    }

    fn add(
        &mut self,
        rule: &mut Rule,
        keyword: &str,
        value: &Value,
        keywords: &Map<String, Value>,
    ) -> Option<()> {
        match keyword {
            "type" => {
                let mut types = Types::NONE;
                match value {
                    Value::String(name) => types.add(name)?,
                    names => names
                        .as_array()?
                        .iter()
                        .try_for_each(|name| types.add(name.as_str()?))?,
                }
                rule.types = rule.types.and(types);
            }
            "enum" => {
                let mut types = Types::NONE;
                let mut among = Vec::new();
                for one in value.as_array().filter(|all| all.len() <= MOST_NAMES)? {
                    match one {
                        Value::Null => types.null = true,
                        Value::String(text) => {
                            self.take(text.len() + size_of::<String>())?;
                            among.push(text.clone());
                        }
                        _ => return None,
                    }
                }
                types.text = true;
                rule.types = rule.types.and(types);
                rule.text.among = Some(among);
            }
            "minLength" => rule.text.least = count(value)?,
            "maxLength" => rule.text.most = Some(count(value)?),
            "minimum" => rule.number.least = Some(value.as_i64()?),
            "maximum" => rule.number.most = Some(value.as_i64()?),
            "maxItems" => rule.list.most = Some(count(value)?),
            "items" => rule.list.item = Some(Box::new(self.read(value)?)),
            "properties" => {
                let members = value.as_object().filter(|all| all.len() <= MOST_NAMES)?;
                for (name, member) in members {
                    self.take(name.len() + size_of::<String>())?;
                    let member = self.read(member)?;
                    rule.object.named.push((name.clone(), member));
                }
            }
            "required" => {
                let properties = keywords.get("properties")?.as_object()?;
                for name in value.as_array()? {
                    let name = name.as_str()?;
                    let place = properties.keys().position(|other| other == name)?;
                    rule.object.required |= 1 << place;
                }
            }
            "additionalProperties" => {
                rule.object.others = match value {
                    Value::Bool(false) => Others::Refused,
                    other => Others::Each(Box::new(self.read(other)?)),
                }
            }
            _ => return None,
        }
        Some(())
    }
}

fn count(value: &Value) -> Option<usize> {
    usize::try_from(value.as_u64()?).ok()
}

#[cfg(test)]
mod tests;
