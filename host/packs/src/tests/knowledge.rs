//! Knowledge files and synonyms.

use jackfield_core::Limits;
use jackfield_language::Article;
use jackfield_language::knowledge::{Scope, Validity};

use crate::samples as sample;
use crate::{Pack, PackError};

/// The sample pack with this line of [language] instead of its knowledge, and this file.
fn open(line: &str, name: &str, content: &str) -> Result<Pack, PackError> {
    let mut entries = sample::entries();
    let known = "knowledge = [\"language/knowledge.tsv\"]";
    entries.remove("language/knowledge.tsv");
    entries.insert(
        "pack.toml".to_owned(),
        sample::MANIFEST.replace(known, line).into_bytes(),
    );
    entries.insert(name.to_owned(), content.as_bytes().to_vec());
    Pack::open(&sample::archive(&entries), &Limits::default())
}

fn knowledge(name: &str, content: &str) -> Result<Pack, PackError> {
    open(&format!("knowledge = [\"{name}\"]"), name, content)
}

/// The first line of every problem.
fn problems(opened: Result<Pack, PackError>) -> Vec<String> {
    let error = opened.unwrap_err();
    let lines = error.problems().map(|problem| {
        let text = problem.to_string();
        text.lines().next().unwrap_or_default().to_owned()
    });
    lines.collect()
}

/// What the files of both forms below say.
fn sale() -> Article {
    Article {
        id: "sale".to_owned(),
        locale: "en".to_owned(),
        questions: vec!["Is there a sale?".to_owned(), "any offers".to_owned()],
        answer: "Yes, on all lamps.".to_owned(),
        spoken: Some("Yes! All lamps.".to_owned()),
        short: Some("Yes.".to_owned()),
        scope: Scope::Pack("com.example.shop".to_owned()),
        validity: Validity {
            // Midnight in Shanghai, and midnight after the last day.
            from_ms: Some(1_772_294_400_000),
            until_ms: Some(1_772_294_400_000 + 2 * 86_400_000),
        },
        pack: Some("com.example.shop".to_owned()),
    }
}

const MARKDOWN: &str = "---
locale: en
---
# Sales
## Is there a sale? {#sale}
scope: pack:com.example.shop
valid from: 2026-03-01
valid until: 2026-03-02
time zone: Asia/Shanghai
- any offers

Yes, on all lamps.
### spoken
Yes! All lamps.
### short
Yes.
";

const CSV: &str = "id,locale,question,answer,spoken,short,scope,valid_from,valid_until,time_zone
sale,en,Is there a sale?,\"Yes, on all lamps.\",Yes! All lamps.,Yes.,pack:com.example.shop,2026-03-01,2026-03-02,Asia/Shanghai
sale,en,any offers,,,,,,,
";

#[test]
fn markdown_and_tables_say_the_same() {
    let markdown = knowledge("language/sale.md", MARKDOWN).unwrap();
    assert_eq!(markdown.training().articles, [sale()]);
    let csv = knowledge("language/sale.csv", CSV).unwrap();
    assert_eq!(csv.training().articles, [sale()]);
    assert_eq!((markdown.warnings, csv.warnings), (Vec::new(), Vec::new()));
}

#[test]
fn a_mistake_in_markdown_is_refused_with_its_line() {
    let cases = [
        (
            ("Yes, on all lamps.\n", ""),
            "language/k.md:5:1: JF-PCK-004: the question has no answer",
        ),
        (
            ("### short", "### shrt"),
            "language/k.md:15:1: JF-PCK-004: `shrt` is not a variant: write `### spoken` or `### short`",
        ),
        (
            ("locale: en", "locale: fr"),
            "language/k.md:2:1: JF-PCK-004: the pack does not speak `fr`",
        ),
        (
            (
                "scope: pack:com.example.shop",
                "scope: pack:com.example.bank",
            ),
            "language/k.md:5:1: JF-PCK-004: the article is for conversations of another pack, `com.example.bank`",
        ),
        (
            ("valid until: 2026-03-02", "valid until: 2026-02-02"),
            "language/k.md:5:1: JF-PCK-004: its time ends before it begins",
        ),
        (
            ("### spoken", "## Any sale? {#sale}"),
            "language/k.md:13:1: JF-PCK-004: the article `sale` stands twice: also at language/k.md:5:1",
        ),
        (
            ("## Is", "Is"),
            "language/k.md:4:1: JF-PCK-004: `# Sales` is a title, and customers are told nothing that stands under it: write `## Sales` when it is a question",
        ),
    ];
    for ((right, wrong), expected) in cases {
        let text = MARKDOWN.replace(right, wrong);
        assert_eq!(problems(knowledge("language/k.md", &text)), [expected]);
    }
}

#[test]
fn a_mistake_in_a_table_is_refused_with_its_cell() {
    let table = |rows: &str| {
        let text = format!("id\tlocale\tquestion\tanswer\tscope\tvalid_from\ttime_zone\n{rows}");
        problems(knowledge("language/k.tsv", &text))
    };
    assert_eq!(
        table(
            "a\ten\tq\tone\tpack:com.example.bank\tsoon\t\n\
             b\ten\tq\tone\tall\t2026-03-01\tMars\n\
             c\ten\tq\tone\t\t\t\nc\ten\tr\t\tpack:com.example.shop\t\t\n"
        ),
        [
            "language/k.tsv:2:12: JF-PCK-004: the article is for conversations of another pack, `com.example.bank`",
            "language/k.tsv:2:34: JF-PCK-004: `soon` is not a date like `2026-03-01` or `2026-03-01 09:30`",
            "language/k.tsv:3:12: JF-PCK-004: `all` is not a scope",
            "language/k.tsv:3:16: JF-PCK-004: `Mars` is not a time zone like `Asia/Shanghai`",
            "language/k.tsv:5:9: JF-PCK-004: the article `c` has another scope at language/k.tsv:4:1",
        ]
    );
    let many = (0..501).map(|number| format!("a\ten\tq{number}\tone\t\t\t\n"));
    assert_eq!(
        table(&many.collect::<String>()),
        ["language/k.tsv:502:6: JF-PCK-004: the article `a` has more than 500 questions"]
    );
}

#[test]
fn an_article_in_two_files_is_named_with_both() {
    let both = |files: [(&str, &str); 2]| {
        let mut entries = sample::entries();
        entries.remove("language/knowledge.tsv");
        let names = files.map(|(name, _)| format!("\"{name}\"")).join(", ");
        let manifest = sample::MANIFEST.replace("\"language/knowledge.tsv\"", &names);
        entries.insert("pack.toml".to_owned(), manifest.into_bytes());
        for (name, content) in files {
            entries.insert(name.to_owned(), content.as_bytes().to_vec());
        }
        problems(Pack::open(&sample::archive(&entries), &Limits::default()))
    };
    let table = "id\tlocale\tquestion\tanswer\nsale\ten\tAny sale?\tNo.\n";
    let (markdown, table) = (("language/a.md", MARKDOWN), ("language/b.tsv", table));
    assert_eq!(
        both([markdown, table]),
        [
            "language/b.tsv:2:19: JF-PCK-004: the article `sale` has another answer at language/a.md:5:1"
        ]
    );
    assert_eq!(
        both([table, markdown]),
        [
            "language/a.md:5:1: JF-PCK-004: the article `sale` stands twice: also at language/b.tsv:2:1"
        ]
    );
}

#[test]
fn a_table_with_other_separators_is_refused_once() {
    let opened = knowledge("language/k.csv", &CSV.replace(',', ";"));
    assert_eq!(
        problems(opened),
        [
            "language/k.csv:1:1: JF-PCK-004: the cells are separated by `;`: save the file with commas between them"
        ]
    );
}

#[test]
fn what_nobody_can_be_given_yet_is_said() {
    let text = MARKDOWN.replace("pack:com.example.shop", "province:Guangdong");
    let pack = knowledge("language/k.md", &text).unwrap();
    let said: Vec<String> = pack.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 1);
    assert!(
        said[0].starts_with("language/k.md:5:1: ") && said[0].contains("of a province yet"),
        "{said:?}"
    );
}

#[test]
fn words_that_belong_to_no_question_are_named() {
    let text = MARKDOWN.replace(
        "# Sales",
        "# Sales\nKept by the shop.\n<!-- and by nobody else -->",
    );
    let pack = knowledge("language/k.md", &text).unwrap();
    let said: Vec<String> = pack.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 1);
    assert!(
        said[0].starts_with("language/k.md:5:1: JF-PCK-004: these words belong to no question"),
        "{said:?}"
    );
}

#[test]
fn a_question_of_two_articles_is_named_with_both_places() {
    let warnings = |name: &str, text: &str| {
        let pack = knowledge(name, text).unwrap();
        let lines = pack.warnings.iter().map(|warning| {
            let text = warning.to_string();
            text.lines().next().unwrap_or_default().to_owned()
        });
        lines.collect::<Vec<_>>()
    };
    let twice = format!(
        "{MARKDOWN}## Any sales?\n{}- Any offers?\n\nNo.\n",
        "scope: pack:com.example.shop\n"
    );
    assert_eq!(
        warnings("language/k.md", &twice),
        [
            "language/k.md:19:1: JF-PCK-004: “Any offers?” is a question of the article `sale` too, at language/k.md:10:1"
        ]
    );
    // Other customers, another time: what both are for.
    let others = twice.replace("Any sales?\nscope: pack:com.example.shop", "Any sales?");
    assert_eq!(warnings("language/k.md", &others), [""; 0]);
    let later = twice.replace("Any sales?\n", "Any sales?\nvalid from: 2027-01-01\n");
    assert_eq!(warnings("language/k.md", &later), [""; 0]);
    let table =
        "id\tlocale\tquestion\tanswer\na\ten\tq\tone\na\ten\tq\t\nb\ten\tr\ttwo\nb\ten\tQ!\t\n";
    assert_eq!(
        warnings("language/k.tsv", table),
        [
            "language/k.tsv:5:6: JF-PCK-004: “Q!” is a question of the article `a` too, at language/k.tsv:2:6"
        ]
    );
}

#[test]
fn other_files_are_no_knowledge() {
    let found = problems(knowledge("language/k.docx", ""));
    assert!(
        found.len() == 1
            && found[0].starts_with("pack.toml:37:14: ")
            && found[0].contains("k.docx"),
        "{found:?}"
    );
}

#[test]
fn synonyms_are_groups_of_words() {
    let open = |text: &str| {
        open(
            "synonyms = [\"language/synonyms.tsv\"]",
            "language/synonyms.tsv",
            text,
        )
    };
    let pack = open("lamp\tlight\t\n\n灯\t灯具\t照明灯\n").unwrap();
    let groups = &pack.training().synonyms;
    assert_eq!(groups[0].words, ["lamp", "light"]);
    assert_eq!(groups[1].words, ["灯", "灯具", "照明灯"]);
    assert!(
        groups
            .iter()
            .all(|group| group.pack.as_deref() == Some("com.example.shop"))
    );
    assert_eq!(
        problems(open(&format!("lamp\nlamp\t{}\n", "x".repeat(51)))),
        [
            "language/synonyms.tsv:1:1: JF-PCK-004: the group has fewer than two words".to_owned(),
            format!(
                "language/synonyms.tsv:2:1: JF-PCK-004: `{}` is not a word of 1 to 50 characters",
                "x".repeat(51)
            ),
        ]
    );
    let many: String = (0..1_001)
        .map(|number| format!("a{number}\tb{number}\n"))
        .collect();
    assert_eq!(
        problems(open(&many)),
        [
            "language/synonyms.tsv:1001:1: JF-PCK-004: the pack has more than 1000 groups of synonyms"
        ]
    );
}
