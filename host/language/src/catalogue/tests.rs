use jackfield_core::{Money, NamedValue, Quantity, Value};

use super::*;

fn source(locale: &str, variant: Variant, text: &str) -> Source {
    Source {
        locale: locale.to_owned(),
        variant,
        text: text.to_owned(),
        name: format!("{locale}.ftl"),
    }
}

fn named(name: &str, value: Value) -> NamedValue {
    NamedValue {
        name: name.to_owned(),
        value,
    }
}

fn catalogue(sources: Vec<Source>) -> Catalogue {
    Catalogue::new(&["zh-CN".to_owned()], sources).unwrap()
}

fn shown(locale: &str, variant: Variant, value: Value) -> String {
    let both = ["zh-CN", "en-US"]
        .iter()
        .flat_map(|l| [Variant::Text, Variant::Spoken].map(|v| source(l, v, "m = { $x }")))
        .collect();
    catalogue(both)
        .render(locale, variant, "m", &[named("x", value)])
        .unwrap()
}

#[test]
fn formats_values_for_the_locale() {
    let cny = |minor| {
        Value::Money(Money {
            minor,
            currency: "CNY".to_owned(),
        })
    };
    let gb = |amount| {
        Value::Quantity(Quantity {
            amount,
            unit: "GB".to_owned(),
        })
    };
    let date = || Value::Date("2026-11-22".to_owned());
    use Variant::{Spoken, Text};
    for (locale, variant, value, expected) in [
        ("zh-CN", Text, cny(12_800), "¥128.00"),
        ("en-US", Text, cny(9_950), "¥99.50"),
        ("en-US", Text, cny(-1_234_567), "-¥12,345.67"),
        (
            "en-US",
            Text,
            Value::Money(Money {
                minor: 2_000,
                currency: "USD".to_owned(),
            }),
            "$20.00",
        ),
        (
            "zh-CN",
            Text,
            Value::Money(Money {
                minor: 2_000,
                currency: "USD".to_owned(),
            }),
            "US$20.00",
        ),
        (
            "en-US",
            Text,
            Value::Money(Money {
                minor: 1_280,
                currency: "JPY".to_owned(),
            }),
            "JPY 1280",
        ),
        ("zh-CN", Spoken, cny(12_800), "128元"),
        ("zh-CN", Spoken, cny(9_950), "99.5元"),
        ("en-US", Spoken, cny(12_800), "128 yuan"),
        ("zh-CN", Text, gb(20.0), "20\u{a0}GB"),
        ("en-US", Text, gb(1.25), "1.25\u{a0}GB"),
        ("en-US", Spoken, gb(1.0), "1 gigabyte"),
        (
            "zh-CN",
            Text,
            Value::Quantity(Quantity {
                amount: 500.0,
                unit: "min".to_owned(),
            }),
            "500分钟",
        ),
        (
            "en-US",
            Text,
            Value::Quantity(Quantity {
                amount: 500.0,
                unit: "min".to_owned(),
            }),
            "500 minutes",
        ),
        (
            "en-US",
            Text,
            Value::Quantity(Quantity {
                amount: 5.0,
                unit: "%".to_owned(),
            }),
            "5%",
        ),
        ("zh-CN", Text, date(), "2026年11月22日"),
        ("en-US", Text, date(), "22 Nov 2026"),
        ("en-US", Spoken, date(), "22 November 2026"),
        ("zh-CN", Text, Value::Integer(10_000), "10,000"),
        ("zh-CN", Text, Value::Integer(2026), "2026"),
        ("en-US", Spoken, Value::Integer(10_000), "10000"),
        ("en-US", Text, Value::Number(0.1 + 0.2), "0.3"),
        ("en-US", Text, Value::Number(f64::NAN), "–"),
        ("en-US", Text, Value::Instant(0), "1 Jan 1970 00:00 UTC"),
        (
            "en-US",
            Text,
            Value::Text("a\u{2068}b".replace('\u{2068}', "")),
            "ab",
        ),
        (
            "en-US",
            Text,
            Value::Date("not a date".to_owned()),
            "not a date",
        ),
    ] {
        assert_eq!(
            shown(locale, variant, value.clone()),
            expected,
            "{locale} {variant:?} {value:?}"
        );
    }
}

#[test]
fn falls_back_by_variant_then_locale_and_marks_nothing() {
    let catalogue = catalogue(vec![
        source(
            "zh-CN",
            Variant::Text,
            "-brand = 联讯\nhello = 你好，{ $name }，欢迎来到{ -brand }\nonly-zh = 只有中文\nask = 问\n    .label = 标签",
        ),
        source("zh-CN", Variant::Short, "hello = { -brand }：{ $name }"),
        source(
            "en-US",
            Variant::Text,
            "hello = Hello { $name }\nleft = { $count ->\n    [one] one day\n   *[other] { $count } days\n } left",
        ),
    ]);
    let name = [named("name", Value::from("李雷"))];
    let render = |locale, variant, key| catalogue.render(locale, variant, key, &name);
    assert_eq!(
        render("zh-CN", Variant::Text, "hello").unwrap(),
        "你好，李雷，欢迎来到联讯"
    );
    assert_eq!(
        render("zh-CN", Variant::Short, "hello").unwrap(),
        "联讯：李雷",
        "a short message may use a term of the full text"
    );
    assert_eq!(
        render("zh-CN", Variant::Spoken, "hello").unwrap(),
        "你好，李雷，欢迎来到联讯"
    );
    assert_eq!(
        render("zh-TW", Variant::Text, "hello").unwrap(),
        "你好，李雷，欢迎来到联讯"
    );
    assert_eq!(
        render("en-GB", Variant::Text, "hello").unwrap(),
        "Hello 李雷"
    );
    assert_eq!(
        render("en-US", Variant::Text, "only-zh").unwrap(),
        "只有中文"
    );
    assert_eq!(
        render("fr-FR", Variant::Text, "hello").unwrap(),
        "你好，李雷，欢迎来到联讯"
    );
    assert_eq!(render("zh-CN", Variant::Text, "ask.label").unwrap(), "标签");
    assert_eq!(render("zh-CN", Variant::Text, "nothing"), None);
    assert_eq!(render("zh-CN", Variant::Text, "ask.nothing"), None);
    assert_eq!(
        catalogue
            .render(
                "en-US",
                Variant::Text,
                "left",
                &[named("count", Value::Integer(1))]
            )
            .unwrap(),
        "one day left"
    );
    assert_eq!(
        catalogue
            .render(
                "en-US",
                Variant::Text,
                "left",
                &[named("count", Value::Integer(12))]
            )
            .unwrap(),
        "12 days left"
    );
    assert_eq!(
        catalogue
            .render("en-US", Variant::Text, "hello", &[])
            .unwrap(),
        "Hello {$name}"
    );
}

fn refused(text: &str) -> String {
    Catalogue::new(&[], vec![source("en-US", Variant::Text, text)])
        .unwrap_err()
        .to_string()
}

#[test]
fn errors_name_the_line() {
    for (text, start) in [
        ("a = 1\nb = { $x\nc = 3\n", "en-US.ftl:3: in `b`"),
        ("a = 1\n\nb\nc = 3\n", "en-US.ftl:3"),
        ("a = 1\nb = 2\na = 3\n", "en-US.ftl:3: `a` stands twice"),
        ("a = { $x ->\n  [one] y\n }\n", "en-US.ftl:"),
    ] {
        let error = refused(text);
        assert!(error.starts_with(start), "{text:?}: {error}");
    }
    assert!(Catalogue::new(&[], vec![source("not a locale", Variant::Text, "a = 1")]).is_err());
}

#[test]
fn hostile_catalogues_are_refused_or_bounded() {
    let deep = |open: &str, n: usize| format!("a = {}", open.repeat(n));
    for text in [
        deep("{", 100_000),
        deep("{ F(", 50_000),
        format!("a = {{ {} }}", "F(".repeat(50_000)),
        deep("{\nF(", 50_000),
        format!("a = {}", "{ $x ->\n *[a] (\"".repeat(5_000)),
        format!("a = {{ F(\"}}\", {}", "{ F(\"}\", ".repeat(20_000)),
        format!("a = {{ NUMBER({}) }}", "a, ".repeat(10_000)),
        format!("a = {{ 1.{} ->\n *[other] x\n }}", "0".repeat(40)),
        "x".repeat(300 * 1024),
    ] {
        refused(&text);
    }
    let laughs = format!(
        "a0 = {}\n{}",
        "ha".repeat(1_000),
        (1..40)
            .map(|n| format!("a{n} = {}\n", format!("{{ a{} }}", n - 1).repeat(9)))
            .collect::<String>()
    );
    let bounded = catalogue(vec![source("en-US", Variant::Text, &laughs)])
        .render("en-US", Variant::Text, "a39", &[])
        .unwrap();
    assert!(bounded.len() <= LONGEST_MESSAGE);
    let cycle = catalogue(vec![source(
        "en-US",
        Variant::Text,
        "a = { b }\nb = { a }\nn = { NUMBER($x, minimumFractionDigits: 4000000000) }",
    )]);
    assert!(cycle.render("en-US", Variant::Text, "a", &[]).is_some());
    assert!(
        cycle
            .render(
                "en-US",
                Variant::Text,
                "n",
                &[named("x", Value::Integer(1))]
            )
            .unwrap()
            .len()
            < 20
    );
    let long = catalogue(vec![source("en-US", Variant::Text, "a = { $x }")]);
    assert_eq!(
        long.render(
            "en-US",
            Variant::Text,
            "a",
            &[named("x", Value::Text("流".repeat(100_000)))]
        )
        .unwrap()
        .len(),
        LONGEST_MESSAGE / 3 * 3
    );
}

#[test]
fn a_value_alone_is_written_as_in_a_message() {
    let price = Value::Money(Money {
        minor: 12_800,
        currency: "CNY".to_owned(),
    });
    assert_eq!(super::shown(&price, "zh-CN", Variant::Text), "¥128.00");
    assert_eq!(super::shown(&price, "zh-CN", Variant::Spoken), "128元");
    assert_eq!(super::shown(&price, "en-US", Variant::Spoken), "128 yuan");
}
