//! What a partner reads who made a mistake in `pack.toml`.

use crate::samples as sample;
use crate::{PackError, read_manifest};

/// The errors of the sample manifest with `from` replaced by `to`.
fn errors(replacements: &[(&str, &str)]) -> String {
    let mut text = sample::MANIFEST.to_owned();
    for (from, to) in replacements {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    read_manifest(&text, "pack.toml")
        .map(|_| "no error".to_owned())
        .unwrap_or_else(|error| error.to_string())
}

fn lines(error: &PackError) -> Vec<String> {
    let what =
        |problem: &crate::Problem| format!("{} {}", problem.place.as_ref().unwrap(), problem.what);
    error.problems().map(what).collect()
}

#[test]
fn the_sample_is_sound() {
    let manifest = read_manifest(sample::MANIFEST, "pack.toml").unwrap();
    assert_eq!(manifest.pack.id.as_str(), "com.example.shop");
    assert_eq!(manifest.flows.len(), 1);
    assert_eq!(manifest.limits.fuel, Some(30_000_000));
    assert_eq!(manifest.capabilities.interfaces(), ["tables", "http"]);
}

#[test]
fn a_mistyped_key_is_named_with_its_line_and_the_key_that_was_meant() {
    assert_eq!(
        errors(&[("locales = [", "locale = [")]),
        "pack.toml:1:2: JF-PCK-001: `locales` is missing\n  \
           why: The locales that the pack speaks; the first one is its fallback.\n  \
           fix: add `locales`\n\
         pack.toml:7:1: JF-PCK-001: unknown key `locale`\n  \
           why: a key that nothing reads is a mistake\n  \
           fix: write `locales`"
    );
}

#[test]
fn wrong_types_and_values_are_explained() {
    assert_eq!(
        errors(&[("state-version = 1", "state-version = \"1\"")]),
        "pack.toml:6:17: JF-PCK-001: `state-version` is \"1\", which is not of type integer\n  \
           why: The state version is a whole number from 1, raised whenever the shape of a flow's state changes.\n  \
           fix: write a whole number without quotes"
    );
    assert_eq!(
        errors(&[("kind = \"url\"", "kind = \"ulr\"")])
            .lines()
            .take(3)
            .collect::<Vec<_>>()
            .join("\n"),
        "pack.toml:23:17: JF-PCK-001: `shop-url` is no destination\n  \
           why: a destination is a config key of kind `url`, or an https address without user, query and fragment\n  \
           fix: the setting is of kind `ulr`; make it `url`"
    );
    assert_eq!(
        errors(&[("stock = \"integer\"", "stock = \"int\"")]),
        "pack.toml:32:57: JF-PCK-001: \"int\" cannot stand here\n  \
           why: A column's type is `text`, `integer`, `number`, `boolean`, `date` or `money:` and a currency code, like `money:CNY`.\n  \
           fix: write it in this form"
    );
}

#[test]
fn every_error_is_reported_at_once_in_the_order_of_the_lines() {
    let text = sample::MANIFEST
        .replace("com.example.shop", "Shop")
        .replace("\"1.2.3\"", "\"1.2\"")
        .replace("[\"en\", \"zh-CN\"]", "[\"en\", \"zh-cn\"]")
        .replace(
            "steps = [\"ask\", \"confirm\"]",
            "steps = [\"ask\", \"ask\"]",
        )
        .replace("fuel = 30000000", "fuel = 300000000\nfuell = 1");
    let error = read_manifest(&text, "pack.toml").unwrap_err();
    assert_eq!(
        lines(&error),
        [
            "pack.toml:2:6 \"Shop\" cannot stand here",
            "pack.toml:12:1 `steps` lists something twice",
            "pack.toml:46:1 unknown key `fuell`",
        ]
    );
    // Once the form is right, what it says is judged.
    let text = text
        .replace("\"Shop\"\nversion", "\"com.example.shop\"\nversion")
        .replace("fuell = 1", "");
    let text = text.replace("[\"ask\", \"ask\"]", "[\"ask\"]");
    let error = read_manifest(&text, "pack.toml").unwrap_err();
    assert_eq!(
        lines(&error),
        [
            "pack.toml:3:11 `1.2` is not a semantic version: unexpected end of input while parsing minor version number",
            "pack.toml:7:18 `zh-cn` is not in normal form",
            "pack.toml:45:8 `fuel` asks for 300000000",
        ]
    );
}

#[test]
fn text_that_is_not_toml_is_reported_as_such_and_nothing_else() {
    let error = read_manifest("[pack\nid = \"x\"\nversion = = 1\n", "some/pack.toml").unwrap_err();
    let places: Vec<_> = error
        .problems()
        .map(|problem| problem.place.clone().unwrap().to_string())
        .collect();
    assert!(
        places
            .iter()
            .all(|place| place.starts_with("some/pack.toml:")),
        "{places:?}"
    );
    assert!(
        places
            .iter()
            .any(|place| place.starts_with("some/pack.toml:1:")),
        "{error}"
    );
    assert!(
        places
            .iter()
            .any(|place| place.starts_with("some/pack.toml:3:")),
        "{error}"
    );
    assert!(error.to_string().contains("this is not TOML"), "{error}");
}

#[test]
fn an_empty_manifest_names_what_every_pack_has() {
    let error = read_manifest("", "pack.toml").unwrap_err();
    assert_eq!(
        lines(&error),
        [
            "pack.toml:1:1 `pack` is missing",
            "pack.toml:1:1 `flows` is missing"
        ]
    );
}

/// Each rule: what is changed, and what the message says.
#[test]
fn every_rule_finds_its_mistake() {
    let cases: &[(&str, &str, &str)] = &[
        (
            "\"en\", \"zh-CN\"]",
            "\"en\", \"zh-CN\", \"en\"]",
            "pack.toml:7:1: JF-PCK-001: `locales` lists something twice",
        ),
        ("\"en\", \"zh-CN\"]", "]", "`locales` is empty"),
        (
            "\"en\", \"zh-CN\"]",
            "\"en\", \"zh-CN\", \"xx\"]",
            "pack.toml:7:27: JF-PCK-001: `xx` is not a known locale",
        ),
        ("en = \"Shop\", ", "", "there is no text for `en`"),
        (
            "en = \"Order something\"",
            "fr = \"Commander\", en = \"Order\"",
            "the pack does not speak `fr`",
        ),
        (
            "publisher = \"Example Ltd\"",
            "publisher = \"  \"",
            "A text for people must say something",
        ),
        (
            "purpose = \"Look up prices\"",
            "purpose = \"\"",
            "pack.toml:19:11: JF-PCK-001: \"\" cannot stand here",
        ),
        (
            "\"https://api.example.com\"",
            "\"http://api.example.com\"",
            "`http://api.example.com` is no destination",
        ),
        (
            "\"https://api.example.com\"",
            "\"https://me:secret@api.example.com\"",
            "is no destination",
        ),
        (
            "\"shop-url\", ",
            "\"shop-ulr\", ",
            "fix: write \"shop-url\"",
        ),
        (
            "\"http://127.0.0.1:9000\"",
            "\"not an address\"",
            "the default \"not an address\" is not of kind `url`",
        ),
        ("money:EUR", "money:eur", "\"money:eur\" cannot stand here"),
        (
            "indexed = [\"name\"]",
            "indexed = [\"nam\"]",
            "`nam` is no column of `prices`",
        ),
        (
            "fuel = 30000000",
            "fuel = 100000001",
            "`fuel` asks for 100000001",
        ),
        (
            "fuel = 30000000",
            "memory-mib = 129",
            "`memory-mib` asks for 129",
        ),
        (
            "fuel = 30000000",
            "guest-time-ms = 251",
            "`guest-time-ms` asks for 251",
        ),
        ("fuel = 30000000", "fuel = 0", "0 is too small"),
        (
            "zh-CN = [\"locales/zh-CN.ftl\"]",
            "",
            "`zh-CN` has no catalogue",
        ),
        (
            "\"data/prices.csv\"",
            "\"../prices.csv\"",
            "no part starting with a dot",
        ),
        (
            "\"data/prices.csv\"",
            "\"plugin.wasm\"",
            "`plugin.wasm` is a name of the archive itself",
        ),
        (
            "\"data/prices.csv\"",
            "\"Locales/EN.ftl\"",
            "differ only in upper and lower case",
        ),
        (
            "[flows.order]",
            "[flows.Order]",
            "`Order` is not a name that can stand here",
        ),
        (
            "version = \"1.2.3\"",
            "version = 2026-01-01",
            "this is a date or a time",
        ),
        (
            "fuel = 30000000",
            "fuel = 99999999999999999999",
            "the number is too large",
        ),
        ("fuel = 30000000", "fuel = inf", "the number is not finite"),
    ];
    for (from, to, message) in cases {
        let errors = errors(&[(from, to)]);
        assert!(errors.contains(message), "{from} -> {to}:\n{errors}");
    }
}

#[test]
fn an_intent_starts_one_flow() {
    let second = "[flows.buy]\ntitle = { en = \"Buy\", zh-CN = \"买\" }\nintents = [\"order\"]\nsteps = [\"ask\"]\n\n[flows.order]";
    let errors = errors(&[("[flows.order]", second)]);
    assert!(
        errors.starts_with(
            "pack.toml:16:12: JF-PCK-001: the intent `order` starts `buy` and `order`"
        ),
        "{errors}"
    );
}

#[test]
fn the_published_schema_is_a_schema_and_describes_every_part() {
    let schema: serde_json::Value = serde_json::from_str(crate::SCHEMA).unwrap();
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
    fn undescribed(node: &serde_json::Value, path: &str, found: &mut Vec<String>) {
        for (name, part) in node
            .get("properties")
            .and_then(|parts| parts.as_object())
            .into_iter()
            .flatten()
        {
            let path = format!("{path}/{name}");
            if part.get("description").is_none() {
                found.push(path.clone());
            }
            undescribed(part, &path, found);
            part.get("additionalProperties")
                .iter()
                .for_each(|inner| undescribed(inner, &path, found));
        }
    }
    let mut found = Vec::new();
    undescribed(&schema, "", &mut found);
    assert_eq!(found, Vec::<String>::new());
}
