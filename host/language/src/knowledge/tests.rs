use proptest::prelude::*;

use super::*;
use crate::LanguageError;

fn article(id: &str, question: &str, answer: &str) -> Article {
    Article {
        id: id.to_owned(),
        locale: "zh-CN".to_owned(),
        questions: vec![question.to_owned()],
        answer: answer.to_owned(),
        ..Article::default()
    }
}

fn search<'q>(query: &'q str, scopes: &'q [Scope]) -> Search<'q> {
    Search {
        query,
        locale: "zh-CN",
        limit: 5,
        scopes,
        now_ms: Some(1_000),
        variant: Variant::Text,
    }
}

fn ids(snapshot: &Snapshot, query: &str, scopes: &[Scope]) -> Vec<String> {
    snapshot
        .search(&search(query, scopes))
        .into_iter()
        .map(|answer| answer.id)
        .collect()
}

fn base(articles: Vec<Article>) -> KnowledgeBase {
    KnowledgeBase::new(articles, KnowledgeSettings::default()).unwrap()
}

fn remove(id: &str) -> Change {
    Change::Remove {
        id: id.to_owned(),
        locale: "zh-CN".to_owned(),
        pack: None,
    }
}

#[test]
fn versions_come_and_go_and_snapshots_stay() {
    let base = base(vec![
        article("a", "怎么开发票", "在账单里。"),
        article("b", "怎么退款", "找客服。"),
    ]);
    let first = base.snapshot();
    let second = base
        .publish(vec![
            Change::Publish(article("c", "宽带怎么移机", "上门。")),
            remove("a"),
        ])
        .unwrap();
    assert_eq!(ids(&second, "宽带如何移机", &[])[0], "c");
    assert!(!ids(&second, "怎么开发票", &[]).contains(&"a".to_owned()));
    assert_eq!(
        ids(&first, "怎么开发票", &[])[0],
        "a",
        "who has the first sees the first"
    );
    assert!(first.article("c", "zh-CN").is_none() && second.article("c", "zh").is_some());
    assert_ne!(first.version(), second.version());

    let back = base.roll_back(&first.version()).unwrap().unwrap();
    assert_eq!(back.version(), first.version());
    assert_eq!(ids(&back, "怎么开发票", &[])[0], "a");
    assert!(!ids(&back, "宽带如何移机", &[]).contains(&"c".to_owned()));
    // And on from there.
    let third = base
        .publish(vec![Change::Publish(article(
            "d",
            "怎么查话费",
            "发短信。",
        ))])
        .unwrap();
    assert_eq!(ids(&third, "如何查话费", &[])[0], "d");
    assert_eq!((third.len(), base.versions().len()), (3, 4));
    assert!(base.roll_back("nothing").unwrap().is_none());
}

#[test]
fn a_change_is_made_whole_or_not_at_all() {
    let base = base(vec![article("a", "怎么开发票", "在账单里。")]);
    let before = base.snapshot().version();
    let changes = vec![remove("a"), Change::Publish(article("b", " ", ""))];
    let error = base.publish(changes).unwrap_err();
    assert_eq!(
        error.to_string(),
        "article 2: `b`: it has neither a question nor an answer"
    );
    assert_eq!(base.snapshot().version(), before);
}

#[test]
fn the_version_says_what_is_in_it_not_how_it_came() {
    let one = base(vec![
        article("a", "怎么开发票", "x"),
        article("b", "怎么退款", "y"),
    ]);
    let other = base(vec![article("b", "怎么退款", "z")]);
    other
        .publish(vec![Change::Publish(article("a", "怎么开发票", "x"))])
        .unwrap();
    other
        .publish(vec![Change::Publish(article("b", "怎么退款", "y"))])
        .unwrap();
    assert_eq!(one.snapshot().version(), other.snapshot().version());
    let found = |base: &KnowledgeBase| base.snapshot().search(&search("发票怎么开", &[]));
    assert_eq!(found(&one), found(&other));
}

#[test]
fn narrower_scopes_win_and_others_are_not_seen() {
    let loans = Scope::Department("loans".to_owned());
    let mut narrow = article("n", "怎么还款", "贷款部。");
    narrow.scope = loans.clone();
    let mut guangdong = article("g", "营业厅在哪里", "广州。");
    guangdong.scope = Scope::Province("广东".to_owned());
    let snapshot = base(vec![article("c", "怎么还款", "通用。"), narrow, guangdong]).snapshot();
    assert_eq!(ids(&snapshot, "怎么还款", &[]), ["c"]);
    assert_eq!(
        ids(&snapshot, "怎么还款", &[loans]),
        ["n"],
        "instead of the common one"
    );
    assert!(ids(&snapshot, "营业厅在哪里", &[]).is_empty());
}

#[test]
fn what_is_hidden_does_not_hide_what_is_not() {
    let mut all: Vec<Article> = (0..2_000)
        .map(|n| {
            let mut hidden = article(&format!("h{n}"), "怎么办理宽带", "x");
            hidden.scope = Scope::Province(format!("{n}"));
            hidden
        })
        .collect();
    all.push(article("seen", "宽带怎么去办理呢", "y"));
    assert_eq!(ids(&base(all).snapshot(), "怎么办理宽带", &[]), ["seen"]);
}

#[test]
fn articles_have_their_time_and_their_forms() {
    let mut spring = article("s", "有什么活动", "春季活动。");
    spring.validity = Validity {
        from_ms: Some(500),
        until_ms: Some(1_500),
    };
    spring.spoken = Some("现在有春季活动哦。".to_owned());
    let snapshot = base(vec![spring]).snapshot();
    let at = |now_ms| {
        snapshot
            .search(&Search {
                now_ms,
                ..search("有什么活动", &[])
            })
            .len()
    };
    assert_eq!(
        (
            at(Some(499)),
            at(Some(500)),
            at(Some(1_499)),
            at(Some(1_500)),
            at(None)
        ),
        (0, 1, 1, 0, 0)
    );
    let as_ = |variant| {
        snapshot.search(&Search {
            variant,
            ..search("有什么活动", &[])
        })[0]
            .text
            .clone()
    };
    assert_eq!(as_(Variant::Spoken), "现在有春季活动哦。");
    assert_eq!(as_(Variant::Short), "春季活动。");
}

#[test]
fn two_packs_may_use_the_same_id() {
    let mut theirs = article("hours", "什么时候开门", "九点。");
    theirs.pack = Some("com.example.shop".to_owned());
    let snapshot = base(vec![theirs, article("hours", "几点下班", "五点。")]).snapshot();
    assert_eq!(snapshot.len(), 2);
    assert_eq!(snapshot.article("hours", "zh-CN").unwrap().answer, "五点。");
}

#[test]
fn own_synonyms_and_homophones_are_understood() {
    let settings = KnowledgeSettings {
        synonyms: vec![vec!["畅享套餐".to_owned(), "老友计划".to_owned()]],
        ..KnowledgeSettings::default()
    };
    let articles = vec![
        article("a", "畅享套餐多少钱", "59 元。"),
        article("b", "宽带多少钱", "99 元。"),
        article("c", "怎么查询流量", "发短信。"),
    ];
    let snapshot = KnowledgeBase::new(articles, settings).unwrap().snapshot();
    assert_eq!(ids(&snapshot, "老友计划的价钱", &[])[0], "a");
    assert_eq!(ids(&snapshot, "怎么查寻刘亮", &[])[0], "c");
    let sure = |query| {
        snapshot
            .search(&search(query, &[]))
            .first()
            .map_or(0.0, |a| a.score)
    };
    assert!(sure("怎么查询流量") > 0.99);
    assert!(sure("今天天气真好啊") < 0.3, "{}", sure("今天天气真好啊"));
}

#[test]
fn what_is_learned_is_used_and_repeatable() {
    let articles: Vec<Article> = ["挂失银行卡", "修改预留地址", "查询账户余额", "办理大额转账"]
        .iter()
        .enumerate()
        .map(|(n, q)| article(&format!("a{n}"), q, "x"))
        .collect();
    let base = base(articles);
    let pair = |query: &str, id: &str| (query.to_owned(), id.to_owned());
    let pairs = vec![
        pair("钱包被偷了", "a0"),
        pair("卡被偷", "a0"),
        pair("搬家了", "a1"),
        pair("还剩多少", "a2"),
        pair("?", "none"),
    ];
    let learned = Ranker::learn(&base.snapshot(), &pairs, "zh-CN");
    let snapshot = base.set_ranker(learned.clone());
    let again = base.set_ranker(Ranker::learn(&snapshot, &pairs, "zh-CN"));
    assert_eq!(snapshot.version(), again.version());
    assert_eq!(
        ids(&snapshot, "被偷了", &[]).first().map(String::as_str),
        Some("a0")
    );
    assert_eq!(
        snapshot.search(&search("查余额", &[])),
        again.search(&search("查余额", &[]))
    );
}

const MARKDOWN: &str = "---
locale: zh-CN
scope: department:loans
valid from: 2026-03-01
time zone: Asia/Shanghai
---
# 还款
## 可以提前还款吗? {#early}
- 提前还清要手续费吗
* 能不能早点还

可以,不收费。

- 手机银行
- 柜台

### spoken
可以的。
## 晚还会怎样
scope: common

会影响信用。
";

#[test]
fn markdown_is_read_as_staff_write_it() {
    let read = read_markdown("a.md", MARKDOWN).unwrap();
    let [early, late] = &read.articles[..] else {
        panic!("{read:?}")
    };
    assert_eq!(
        MARKDOWN.lines().nth(early.line - 1),
        Some("## 可以提前还款吗? {#early}")
    );
    assert_eq!(early.questions, [8, 9, 10]);
    assert!(read.remarks.is_empty());
    let (early, late) = (&early.article, &late.article);
    assert_eq!(early.id, "early");
    assert_eq!(
        early.questions,
        ["可以提前还款吗?", "提前还清要手续费吗", "能不能早点还"]
    );
    assert_eq!(early.answer, "可以,不收费。\n\n- 手机银行\n- 柜台");
    assert_eq!(early.spoken.as_deref(), Some("可以的。"));
    assert_eq!(early.scope, Scope::Department("loans".to_owned()));
    assert_eq!(late.scope, Scope::Common);
    assert!(late.id.starts_with("q-") && late.validity.from_ms == Some(1_772_294_400_000));
}

#[test]
fn what_cannot_be_read_is_named_with_its_line() {
    let error = |result: Option<LanguageError>| result.unwrap().to_string();
    let cases = [
        ("---\nlocale: zh", "f:1: no second `---` ends the settings"),
        (
            "---\ncolour: red\n---",
            "f:2: `colour` is not one of: locale, scope, valid from, valid until, time zone",
        ),
        (
            "## q\na",
            "f:1: it is not said which language this is: write `locale: zh-CN` between `---` lines at the top",
        ),
        (
            "---\nlocale: zh\n---\n\n## q\n- r\n",
            "f:5: the question has no answer",
        ),
        (
            "---\nlocale: zh\nvalid from: soon\n---\n## q\na",
            "f:3: `soon` is not a date like `2026-03-01` or `2026-03-01 09:30`",
        ),
        (
            "---\nlocale: zh\n---\n## q\na\n### loud\nb",
            "f:6: `loud` is not a variant: write `### spoken` or `### short`",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(error(read_markdown("f", text).err()), expected);
    }
    let cases = [
        ("id\tquestion\n", "f:1: the column `locale` is missing"),
        (
            "id\tlocale\tquestion\tanswer\tmood\n",
            "f:1: `mood` is not a column of articles: id, locale, question, answer, spoken, short, scope, valid_from, valid_until, time_zone",
        ),
        (
            "id\tlocale\tquestion\tanswer\na\tzh\tq\n",
            "f:2: the line has 3 cells, the heading has 4",
        ),
        (
            "id\tlocale\tquestion\tanswer\na\tzh\t\tx\n",
            "f:2: the cell `question` is empty",
        ),
        (
            "id\tlocale\tquestion\tanswer\na\tzh\tq\tx\na\tzh\tr\ty\n",
            "f:3: the article `a` has another answer above",
        ),
        (
            "id\tlocale\tquestion\tanswer\tscope\na\tzh\tq\tx\tme\n",
            "f:2: `me` is not a scope: write common, department:NAME, pack:ID or province:NAME",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(error(read_table("f", text, Separator::Tab).err()), expected);
    }
}

#[test]
fn tables_are_read_with_and_without_what_is_optional() {
    let text = "id,locale,question,answer,short,scope,valid_until\na,zh-CN,\"怎么开,发票\",看\\n账单,账单,province:广东,2026-03-01\na,zh-CN,发票呢,,,,\n";
    let articles = read_table("f", text, Separator::Comma).unwrap();
    assert_eq!(articles.len(), 1);
    assert_eq!(articles[0].questions, ["怎么开,发票", "发票呢"]);
    assert_eq!(
        (articles[0].answer.as_str(), articles[0].short.as_deref()),
        ("看\n账单", Some("账单"))
    );
    assert_eq!(articles[0].validity.until_ms, Some(1_772_409_600_000));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_file_and_no_query_does_harm(text in "(?s)(---\n|locale: zh\n|# |## |＃＃|### short|- |1\\. |<!--|-->|\t|,|\"|id|.){0,60}", query in "\\PC{0,40}") {
        let _ = read_markdown("f", &text);
        let _ = read_table("f", &text, Separator::Comma);
        let _ = read_table("f", &text, Separator::Tab);
        let heading = format!("---\nlocale: zh-CN\n---\n## {text}\n{text}");
        if let Ok(read) = read_markdown("f", &heading) {
            let articles = read.articles.into_iter().map(|written| written.article);
            let snapshot = base(articles.collect()).snapshot();
            for answer in snapshot.search(&search(&query, &[])) {
                prop_assert!((0.0..=1.0).contains(&answer.score));
            }
        }
    }

    #[test]
    fn a_table_gives_back_what_was_put_in(cells in prop::collection::vec(("[a-z]{1,8}", "[一-十a-z,\"][一-十a-z ,\"]{0,8}[a-z]", "[a-z\"][a-z,\n\"]{0,9}[a-z]"), 1..6)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["locale", "answer", "id", "question"]).unwrap();
        for (n, (id, question, answer)) in cells.iter().enumerate() {
            writer.write_record(["zh-CN", answer, &format!("{id}{n}"), question]).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let articles = read_table("f", &text, Separator::Comma).unwrap();
        prop_assert_eq!(articles.len(), cells.len());
        for (article, (_, question, answer)) in articles.iter().zip(&cells) {
            prop_assert_eq!(&article.questions[0], question.trim());
            prop_assert_eq!(&article.answer, answer);
        }
    }
}
