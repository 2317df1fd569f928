//! Data files: what is read from them, and what is said about mistakes.

use jackfield_core::{ErrorCode, Limits, Money, Value};
use jackfield_language::{Article, GazetteerEntry};

use crate::samples as sample;
use crate::{ColumnKind, Pack};

fn open(name: &str, content: impl Into<Vec<u8>>) -> Result<Pack, crate::PackError> {
    Pack::open(&sample::with(name, content), &Limits::default())
}

/// The first lines of every problem.
fn problems(name: &str, content: impl Into<Vec<u8>>) -> Vec<String> {
    let error = open(name, content).unwrap_err();
    let first = |problem: &crate::Problem| {
        problem
            .to_string()
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    error.problems().map(first).collect()
}

#[test]
fn the_sample_is_read() {
    let pack = Pack::open(&sample::archive(&sample::entries()), &Limits::default()).unwrap();
    let training = pack.training();
    assert_eq!(training.examples.len(), 2);
    assert_eq!(training.examples[1].text, "我要一盏灯");
    assert_eq!(
        training.articles,
        [Article {
            id: "hours".to_owned(),
            locale: "en".to_owned(),
            questions: vec!["When are you open?".to_owned(), "opening hours".to_owned()],
            answer: "Every day.\nFrom nine.".to_owned(),
            pack: Some("com.example.shop".to_owned()),
            ..Article::default()
        }]
    );
    let entry = |locale: Option<&str>, name: &str| GazetteerEntry {
        kind: "product".to_owned(),
        value: "lamp".to_owned(),
        locale: locale.map(str::to_owned),
        name: name.to_owned(),
    };
    assert_eq!(
        training.gazetteers,
        [
            entry(Some("en"), "lamp"),
            entry(Some("zh-CN"), "灯"),
            entry(None, "LX-1")
        ]
    );

    let [table] = pack.tables() else {
        panic!("one table")
    };
    let names: Vec<_> = table
        .columns
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        names,
        ["price", "name", "stock", "since"],
        "in the order of the file"
    );
    assert_eq!(table.columns[0].1, ColumnKind::Money("EUR".to_owned()));
    let price = Value::Money(Money {
        minor: 99,
        currency: "EUR".to_owned(),
    });
    let bulb = vec![
        price,
        Value::Text("Bulb, small".to_owned()),
        Value::Integer(40),
        Value::Date("2025-12-01".to_owned()),
    ];
    assert_eq!(table.rows[1], bulb);
    assert_eq!(table.indexed, ["name"]);
    assert_eq!(pack.schemas().len(), 1);
    assert_eq!(pack.warnings, []);
}

#[test]
fn a_missing_file_is_reported_at_the_line_that_names_it() {
    let mut entries = sample::entries();
    entries.remove("data/prices.csv");
    entries.remove("locales/en.ftl");
    let error = Pack::open(&sample::archive(&entries), &Limits::default()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::MissingFile);
    assert_eq!(
        error.to_string(),
        "pack.toml:31:8: JF-PCK-003: the file `data/prices.csv` is missing\n  \
           why: the manifest names it\n  fix: add the file, or remove its line\n\
         pack.toml:41:7: JF-PCK-003: the file `locales/en.ftl` is missing\n  \
           why: the manifest names it\n  fix: add the file, or remove its line"
    );
}

#[test]
fn wrong_cells_are_found_with_line_and_column() {
    assert_eq!(
        problems(
            "data/prices.csv",
            "name,price,stock,since\r\n\r\nLamp,12.505,3,2026-01-31\r\nBulb,1,many,31.1.2026\r\n"
        ),
        [
            "data/prices.csv:3:6: JF-PCK-004: `price` is \"12.505\"",
            "data/prices.csv:4:8: JF-PCK-004: `stock` is \"many\"",
            "data/prices.csv:4:13: JF-PCK-004: `since` is \"31.1.2026\"",
        ]
    );
    // After a quoted cell that spans lines, lines are still counted right.
    assert_eq!(
        problems(
            "data/prices.csv",
            "name,price,stock,since\n\"La\nmp\",1,1,2026-01-31\nBulb,x,1,2026-01-31\n"
        ),
        ["data/prices.csv:4:6: JF-PCK-004: `price` is \"x\""]
    );
    assert_eq!(
        problems("data/prices.csv", "name,price,stock,since\nLamp,1,1\n"),
        ["data/prices.csv:2:1: JF-PCK-004: the row has 3 cells instead of 4"]
    );
}

#[test]
fn a_quotation_mark_that_is_not_closed_hides_no_rows() {
    let open = "a quotation mark is opened in this row and never closed";
    for rows in [
        "Lamp,1,1,\"2026-01-31\nBulb,1,1,2026-01-31\n",
        "Lamp,1,1,\"2026-01-31",
    ] {
        let text = format!("name,price,stock,since\n{rows}");
        assert_eq!(
            problems("data/prices.csv", text.as_str()),
            [format!("data/prices.csv:2:1: JF-PCK-004: {open}")]
        );
    }
    let closed = "name,price,stock,since\n\"12\"\" lamp\",x,1,\"2026-01-31\"";
    assert_eq!(
        problems("data/prices.csv", closed),
        ["data/prices.csv:2:1: JF-PCK-004: `price` is \"x\""]
    );
}

#[test]
fn the_header_must_name_the_columns_of_the_manifest() {
    assert_eq!(
        problems("data/prices.csv", "name,prize,stock,stock\n"),
        [
            "data/prices.csv:1:1: JF-PCK-004: the column `price` is missing",
            "data/prices.csv:1:1: JF-PCK-004: the column `since` is missing",
            "data/prices.csv:1:6: JF-PCK-004: unknown column `prize`",
            "data/prices.csv:1:18: JF-PCK-004: the column `stock` stands twice",
        ]
    );
    assert_eq!(
        problems("data/prices.csv", ""),
        ["data/prices.csv:1:1: JF-PCK-004: the file is empty"]
    );
    // Spreadsheet programs write a byte order mark.
    assert!(open("data/prices.csv", "\u{feff}name,price,stock,since\n").is_ok());
}

#[test]
fn language_data_is_checked_against_the_manifest() {
    assert_eq!(
        problems(
            "language/examples.tsv",
            "intent\tlocale\ttext\nordr\ten\tI want it\n\tfr\t\n"
        ),
        [
            "language/examples.tsv:3:1: JF-PCK-004: the cell is empty",
            "language/examples.tsv:3:2: JF-PCK-004: the pack does not speak `fr`",
            "language/examples.tsv:3:5: JF-PCK-004: the cell is empty",
            "pack.toml:11:12: JF-PCK-004: the intent `order` has no examples",
        ]
    );
    assert_eq!(
        problems(
            "language/knowledge.tsv",
            "id\tlocale\tquestion\tanswer\na\ten\tq\tone\na\ten\tr\ttwo\nb\ten\tq\t\n"
        ),
        [
            "language/knowledge.tsv:3:8: JF-PCK-004: the article `a` has another answer at language/knowledge.tsv:2:1",
            "language/knowledge.tsv:4:8: JF-PCK-004: the cell is empty",
        ]
    );
    // A quotation mark means itself.
    assert!(
        open(
            "language/examples.tsv",
            "intent\tlocale\ttext\norder\ten\t\"a lamp\n"
        )
        .is_ok()
    );
}

#[test]
fn sentences_may_be_out_of_scope() {
    let pack = open(
        "language/examples.tsv",
        "intent\tlocale\ttext\norder\ten\tI want it\nout-of-scope\ten\tI never wanted it\n",
    )
    .unwrap();
    let training = pack.training();
    assert_eq!(training.examples.len(), 1);
    assert_eq!(training.out_of_scope[0].text, "I never wanted it");
}

#[test]
fn an_intent_without_examples_in_a_locale_is_a_warning() {
    let pack = open(
        "language/examples.tsv",
        "intent\tlocale\ttext\norder\ten\tI want it\n",
    )
    .unwrap();
    assert_eq!(pack.warnings.len(), 1);
    assert_eq!(
        pack.warnings[0].what,
        "the intent `order` has no examples in `zh-CN`"
    );
}

#[test]
fn texts_are_utf8() {
    assert_eq!(
        problems(
            "language/examples.tsv",
            b"intent\tlocale\ttext\norder\ten\tcaf\xe9\n".as_slice()
        )[0],
        "language/examples.tsv:2:13: JF-PCK-004: this is not UTF-8"
    );
}

#[test]
fn broken_fluent_is_found() {
    let found = problems("locales/en.ftl", "ask = What?\n\nthis is no message\n");
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("locales/en.ftl:3:1: JF-PCK-004: "),
        "{found:?}"
    );
}

#[test]
fn large_data_is_cut_off_early() {
    let rows = |row: fn(u32) -> String, count| (0..count).map(row).collect::<String>();
    let many =
        "intent\tlocale\ttext\n".to_owned() + &rows(|i| format!("order\ten\t{i}\n"), 700_000);
    assert_eq!(
        problems("language/examples.tsv", many),
        [
            "language/examples.tsv:666668:1: JF-PCK-004: the pack has more than 2000000 cells of data"
        ]
    );
    let wide = "name,price,stock,since\n".to_owned() + &rows(|i| format!("{i},,,,,,,,"), 300_000);
    assert_eq!(
        problems("data/prices.csv", wide),
        ["data/prices.csv:1:1: JF-PCK-004: the pack has more than 2000000 cells of data"]
    );
    let long = format!(
        "name,price,stock,since\n{},1,1,2026-01-01\n",
        rows(|i| i.to_string(), 5_000)
    );
    assert!(problems("data/prices.csv", long)[0].contains("the cell is too long"));
    // A file of mistakes is not reported in full.
    let wrong = "name,price,stock,since\n".to_owned() + &rows(|i| format!("a,b,{i},d\n"), 10_000);
    assert!(problems("data/prices.csv", wrong).len() < 30);
}
