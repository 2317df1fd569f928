//! What users of the model rely on: intents in both languages, out-of-scope, knowledge, versions, and that nothing a contact
//! sends can break it.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use jackfield_language::knowledge::{ArticleId, Asker, Scope, SynonymGroup, Variant};
use jackfield_language::{
    ANSWER_THRESHOLD, Article, Example, GazetteerEntry, LanguageError, Model, OutOfScope,
    ParseContext, Training, choice_by_words, command, correction, yes_no,
};
use proptest::prelude::*;

const CONTEXT: ParseContext<'_> = ParseContext {
    now_ms: 1_795_330_800_000,
    time_zone: "Asia/Shanghai",
    locale: "zh-CN",
};

fn training() -> Training {
    let intents: &[(&str, &[&str], &[&str])] = &[
        (
            "usage",
            &[
                "还剩多少流量",
                "查一下流量",
                "我的流量用了多少",
                "流量还有多少",
                "查询剩余流量",
                "这个月用了多少流量",
                "通话时长还剩多少",
                "套餐余量查询",
                "我还有多少分钟通话",
            ],
            &[
                "how much data do I have left",
                "check my data usage",
                "how many minutes are left",
                "remaining data",
                "data balance",
                "how much data have I used this month",
                "show my usage",
            ],
        ),
        (
            "change-plan",
            &[
                "我要换套餐",
                "改套餐",
                "帮我变更套餐",
                "换成128元套餐",
                "升级套餐",
                "套餐改成便宜一点的",
                "怎么更换套餐",
                "把我的套餐降到59元",
                "办理套餐变更",
            ],
            &[
                "change my plan",
                "switch to another plan",
                "upgrade my plan",
                "move me to the 128 plan",
                "I want to change my subscription",
                "downgrade my plan",
                "switch plans",
            ],
        ),
        (
            "plan-inquiry",
            &[
                "我现在是什么套餐",
                "查询当前套餐",
                "我的套餐是哪个",
                "我用的套餐多少钱",
                "看看我的套餐内容",
                "当前资费是什么",
                "我办的是什么套餐",
            ],
            &[
                "what plan am I on",
                "what is my current plan",
                "show my plan details",
                "which plan do I have",
                "how much is my plan",
                "my current package",
            ],
        ),
        (
            "plan-recommend",
            &[
                "推荐一个套餐",
                "有什么适合我的套餐",
                "有没有便宜的套餐",
                "哪个套餐流量多",
                "给我介绍一下套餐",
                "有什么优惠套餐",
                "想找个流量多的套餐",
            ],
            &[
                "recommend a plan",
                "which plan is best for me",
                "do you have cheaper plans",
                "suggest a plan with more data",
                "what plans do you offer",
                "find me a good plan",
            ],
        ),
        (
            "bill",
            &[
                "查话费",
                "我的话费余额",
                "这个月账单多少钱",
                "话费怎么这么多",
                "查询账单",
                "余额还有多少",
                "为什么扣了我20块钱",
            ],
            &[
                "check my balance",
                "what is my bill this month",
                "why was I charged",
                "how much do I owe",
                "show my bill",
                "my bill is too high",
            ],
        ),
    ];
    let mut training = Training::default();
    for (intent, zh, en) in intents {
        let texts = zh
            .iter()
            .map(|text| ("zh-CN", *text))
            .chain(en.iter().map(|text| ("en-US", *text)));
        training
            .examples
            .extend(texts.map(|(locale, text)| Example {
                intent: (*intent).to_owned(),
                locale: locale.to_owned(),
                text: text.to_owned(),
            }));
    }
    let articles: &[(&str, &str, &[&str], &str)] = &[
        (
            "roaming-zh",
            "zh-CN",
            &["怎么开通国际漫游", "出国手机怎么用", "国际漫游如何开通"],
            "发送短信KTGJMY到10086，或在营业厅办理国际漫游。",
        ),
        (
            "sim-zh",
            "zh-CN",
            &["手机卡丢了怎么办", "SIM卡丢失如何补办", "怎么补卡"],
            "请先挂失，再带身份证到营业厅补办新卡。",
        ),
        (
            "invoice-zh",
            "zh-CN",
            &["怎么开发票", "电子发票在哪里下载"],
            "登录网上营业厅，在账单页面可以开具并下载电子发票。",
        ),
        (
            "points-zh",
            "zh-CN",
            &["积分怎么兑换", "积分有什么用"],
            "积分可以在商城兑换话费和礼品。",
        ),
        (
            "roaming-en",
            "en-US",
            &[
                "how do I activate international roaming",
                "can I use my phone abroad",
            ],
            "Text ROAM to 10086, or visit a shop.",
        ),
        (
            "sim-en",
            "en-US",
            &["I lost my SIM card", "how to replace a lost SIM"],
            "Report the loss first, then bring your ID to a shop for a new card.",
        ),
        (
            "invoice-en",
            "en-US",
            &[
                "how do I get an invoice",
                "where can I download my e-invoice",
            ],
            "Open the bill page of your account and choose invoice.",
        ),
    ];
    training
        .articles
        .extend(articles.iter().map(|(id, locale, questions, answer)| {
            Article {
                id: (*id).to_owned(),
                locale: (*locale).to_owned(),
                questions: questions
                    .iter()
                    .map(|question| (*question).to_owned())
                    .collect(),
                answer: (*answer).to_owned(),
                ..Article::default()
            }
        }));
    training.gazetteers.push(GazetteerEntry {
        kind: "province".to_owned(),
        value: "Guangdong".to_owned(),
        locale: None,
        name: "广东".to_owned(),
    });
    training
}

fn model() -> Model {
    Model::train(&training()).unwrap()
}

#[test]
fn recognises_intents_as_people_word_them() {
    let model = model();
    let rows = [
        ("你好，请问我还剩多少流量啊", "usage"),
        ("帮我查查流量还有多少", "usage"),
        ("how much data is left", "usage"),
        ("please check my data usge", "usage"),
        ("我想换个套餐", "change-plan"),
        ("麻烦帮我把套餐换成199的", "change-plan"),
        ("can you please change my plan", "change-plan"),
        ("I'd like to upgrade my plan", "change-plan"),
        ("我现在用的是什么套餐", "plan-inquiry"),
        ("what plan am i currently on", "plan-inquiry"),
        ("有什么便宜的套餐推荐", "plan-recommend"),
        ("推荐个流量多的套餐给我", "plan-recommend"),
        ("can you recommend a good plan for me", "plan-recommend"),
        ("查一下话费余额", "bill"),
        ("why was i charged so much", "bill"),
        ("我想 check 一下 data usage", "usage"),
    ];
    let wrong: Vec<_> = rows
        .iter()
        .map(|(text, intent)| (text, intent, model.parse(text, &CONTEXT)))
        .filter(|(_, intent, parsed)| parsed.intent.as_deref() != Some(**intent))
        .map(|(text, intent, parsed)| {
            format!(
                "{text}: {:?} {:.2} {:?}, expected {intent}",
                parsed.intent, parsed.confidence, parsed.alternatives
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn says_nothing_about_what_it_was_not_taught() {
    let model = model();
    let rows = [
        "今天天气怎么样",
        "给我讲个笑话",
        "你喜欢吃什么",
        "红烧肉怎么做",
        "股票涨了吗",
        "what's the weather today",
        "tell me a joke",
        "who won the football match",
        "book me a flight to Paris",
        "asdf qwer",
        "128",
        "？？？",
        "🙂🙂",
        "",
    ];
    let wrong: Vec<_> = rows
        .iter()
        .map(|text| (text, model.parse(text, &CONTEXT)))
        .filter(|(_, parsed)| parsed.intent.is_some())
        .map(|(text, parsed)| format!("{text}: {:?} {:.2}", parsed.intent, parsed.confidence))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn offers_the_close_readings() {
    let parsed = model().parse("套餐", &CONTEXT);
    assert!(
        parsed.intent.is_none() || !parsed.alternatives.is_empty(),
        "one word that four intents share: {parsed:?}"
    );
    assert!(
        parsed
            .alternatives
            .windows(2)
            .all(|pair| pair[0].confidence >= pair[1].confidence)
    );
    let clear = model().parse("我要换套餐", &CONTEXT);
    assert_eq!(clear.intent.as_deref(), Some("change-plan"));
    assert!(clear.confidence > 0.6, "{clear:?}");
    assert!(
        clear
            .alternatives
            .iter()
            .all(|other| other.intent != "change-plan" && other.confidence < clear.confidence)
    );
}

#[test]
fn answers_from_knowledge_and_knows_when_it_cannot() {
    let model = model();
    let rows = [
        ("国际漫游怎么开通", "zh-CN", Some("roaming-zh")),
        ("请问怎么开通国际漫游呢", "zh-CN", Some("roaming-zh")),
        ("我的手机卡丢了", "zh-CN", Some("sim-zh")),
        ("电子发票怎么下载", "zh-CN", Some("invoice-zh")),
        ("积分兑换", "zh-CN", Some("points-zh")),
        (
            "how can I activate international roaming",
            "en-US",
            Some("roaming-en"),
        ),
        ("lost my sim card", "en-US", Some("sim-en")),
        ("今天天气怎么样", "zh-CN", None),
        ("红烧肉怎么做", "zh-CN", None),
        ("how do I bake bread", "en-US", None),
        ("tell me a joke", "en-US", None),
    ];
    let wrong: Vec<_> = rows
        .iter()
        .map(|(query, locale, expected)| {
            (
                query,
                expected,
                model.search(query, &Asker::new(*locale), 3),
            )
        })
        .filter(|(_, expected, found)| {
            found
                .first()
                .filter(|best| best.score >= ANSWER_THRESHOLD)
                .map(|best| best.id.as_str())
                != **expected
        })
        .map(|(query, expected, found)| {
            format!(
                "{query}: expected {expected:?}, {:?}",
                found.iter().map(|a| (&a.id, a.score)).collect::<Vec<_>>()
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let exact = &model.search("怎么开发票", &Asker::new("zh-CN"), 1);
    assert_eq!(exact.len(), 1);
    assert!(exact[0].score > 0.95 && exact[0].score <= 1.0 && exact[0].question == "怎么开发票");
    assert!(
        model
            .search("怎么开发票", &Asker::new("en-US"), 3)
            .iter()
            .all(|answer| answer.id.ends_with("-en"))
    );
    assert!(
        model
            .search("怎么开发票", &Asker::new("fr-FR"), 3)
            .is_empty()
    );
}

#[test]
fn what_means_nothing_here_is_no_question_either() {
    let asker = Asker::new("zh-CN");
    let mut training = training();
    let before = Model::train(&training).unwrap();
    assert!(!before.search("我的手机卡丢了", &asker, 1).is_empty());
    training.out_of_scope.push(OutOfScope {
        locale: "zh-CN".to_owned(),
        text: "我的手机卡丢了".to_owned(),
    });
    let after = Model::train(&training).unwrap();
    assert!(after.search("我的手机卡丢了", &asker, 1).is_empty());
    assert!(!after.search("手机卡丢了怎么办", &asker, 1).is_empty());
}

#[test]
fn versions_follow_the_data() {
    let first = model();
    assert_eq!(first.version(), model().version());
    let mut changed = training();
    changed.examples[0].text.push('了');
    assert_ne!(Model::train(&changed).unwrap().version(), first.version());
    assert!(first.version().len() <= 16);
}

#[test]
fn versions_follow_everything_an_article_says() {
    let first = model();
    let changes: [fn(&mut Article); 6] = [
        |article| article.spoken = Some("spoken".to_owned()),
        |article| article.short = Some("short".to_owned()),
        |article| article.scope = Scope::Department("loans".to_owned()),
        |article| article.validity.from_ms = Some(1),
        |article| article.validity.until_ms = Some(u64::MAX),
        |article| article.pack = Some("com.example.other".to_owned()),
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut changed = training();
        change(&mut changed.articles[0]);
        let changed = Model::train(&changed).unwrap();
        assert_ne!(changed.version(), first.version(), "change {number}");
    }
}

#[test]
fn versions_follow_synonyms() {
    let mut changed = training();
    changed.synonyms.push(SynonymGroup {
        words: vec!["发票".to_owned(), "票据".to_owned()],
        pack: None,
    });
    assert_ne!(Model::train(&changed).unwrap().version(), model().version());
}

#[test]
fn an_article_is_given_by_name_only_to_whom_it_is_for() {
    let mut training = training();
    let article = |pack: &str, answer: &str| Article {
        id: "lamp".to_owned(),
        locale: "en-US".to_owned(),
        questions: vec![format!("what is the lamp of {pack}")],
        answer: answer.to_owned(),
        spoken: Some(format!("{answer}, spoken")),
        pack: Some(pack.to_owned()),
        ..Article::default()
    };
    let mut hidden = article("com.example.a", "a");
    hidden.scope = Scope::Pack("com.example.a".to_owned());
    hidden.validity.until_ms = Some(1_000);
    training
        .articles
        .extend([hidden, article("com.example.b", "b")]);
    let model = Model::train(&training).unwrap();
    let given = |pack: &str, asker: &Asker| {
        let name = ArticleId {
            id: "lamp".to_owned(),
            pack: Some(pack.to_owned()),
        };
        model.article(&name, asker).map(|answer| answer.text)
    };
    let anyone = Asker {
        now_ms: Some(999),
        ..Asker::new("en-GB")
    };
    let within = Asker {
        scopes: vec![Scope::Pack("com.example.a".to_owned())],
        ..anyone.clone()
    };
    let late = Asker {
        now_ms: Some(1_000),
        ..within.clone()
    };
    let phoning = Asker {
        variant: Variant::Spoken,
        ..within.clone()
    };
    assert_eq!(given("com.example.a", &within).as_deref(), Some("a"));
    assert_eq!(
        given("com.example.a", &phoning).as_deref(),
        Some("a, spoken")
    );
    assert_eq!(given("com.example.a", &anyone), None, "out of scope");
    assert_eq!(given("com.example.a", &late), None, "out of time");
    assert_eq!(given("com.example.b", &anyone).as_deref(), Some("b"));
}

#[test]
fn synonyms_of_a_pack_leave_answers_of_others_alone() {
    let mut with = training();
    for article in &mut with.articles {
        article.pack = Some("com.example.telecom".to_owned());
    }
    let without = Model::train(&with).unwrap();
    let groups: [&[&str]; 4] = [
        &["发票", "漫游", "密码", "sim卡", "流量", "套餐"],
        &["怎么", "不", "开", "的"],
        &["invoice", "roaming", "sim", "abroad", "lost", "card"],
        &["how", "what", "do"],
    ];
    let hostile = groups.map(|words| SynonymGroup {
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        pack: Some("com.example.hostile".to_owned()),
    });
    with.synonyms.extend(hostile);
    let with = Model::train(&with).unwrap();
    for (query, locale) in [
        ("怎么开发票", "zh-CN"),
        ("去国外手机能用吗", "zh-CN"),
        ("lost my sim card", "en-US"),
        ("how do I get an invoice", "en-US"),
    ] {
        let asker = Asker::new(locale);
        let expected = without.search(query, &asker, 3);
        assert!(!expected.is_empty(), "{query}");
        let ids = |answers: &[jackfield_language::Answer]| {
            answers.iter().map(|a| a.id.clone()).collect::<Vec<_>>()
        };
        let found = with.search(query, &asker, 3);
        assert_eq!(ids(&found), ids(&expected), "{query}");
        let (now, before) = (found[0].score, expected[0].score);
        assert!((now - before).abs() < 0.05, "{query}: {now}, not {before}");
    }
}

#[test]
fn training_data_that_means_nothing_is_refused_with_its_place() {
    let mut empty = training();
    empty.examples[2].intent.clear();
    let error = Model::train(&empty).unwrap_err();
    assert!(
        matches!(error, LanguageError::Training { number: 3, .. }),
        "{error}"
    );
    let mut wordless = training();
    wordless.articles[1].questions.clear();
    assert_eq!(
        Model::train(&wordless).unwrap_err().to_string(),
        "article 2: it has no question"
    );
    let nothing = Model::train(&Training::default()).unwrap();
    assert_eq!(nothing.parse("我要换套餐", &CONTEXT).intent, None);
    assert!(nothing.search("怎么", &Asker::new("zh-CN"), 5).is_empty());
}

#[test]
fn more_than_can_be_learnt_is_refused_at_once() {
    let example = |number: usize| Example {
        intent: format!("intent-{number}"),
        locale: "en-US".to_owned(),
        text: format!("sentence {number}"),
    };
    let refused = Model::train(&Training {
        examples: (0..8_000).map(example).collect(),
        ..Training::default()
    });
    assert!(matches!(
        refused,
        Err(LanguageError::Training { number: 8_000, .. })
    ));
}

#[test]
fn long_input_takes_bounded_time() {
    let model = model();
    let long = [
        "流量还剩多少，".repeat(500),
        "a".repeat(10_000),
        "1 2-3 ".repeat(2_000),
        "好的".repeat(2_000),
        "一百二十八块五".repeat(500),
        "不是1".repeat(3_000),
        "no, ".repeat(3_000),
        "第一个".repeat(1_000),
        "改成".repeat(2_000),
        "the 5th of ".repeat(1_000),
        "{[(\u{200d}".repeat(2_000),
        "9".repeat(10_000),
        "x ".repeat(5_000),
        "半个".repeat(2_000),
    ];
    for text in &long {
        let start = Instant::now();
        model.parse(text, &CONTEXT);
        model.search(text, &Asker::new("zh-CN"), 10);
        yes_no(text);
        command(text);
        correction(text);
        choice_by_words(text, &["畅享套餐 59元", "Family 128"]);
        // Wide enough for an unoptimised build on a busy machine; growth with the square of the length would still show.
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "{:?} for {}",
            start.elapsed(),
            text.chars().take(12).collect::<String>()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_parsed_with_spans_inside_it(text in prop_oneof![any::<String>(), "[0-9一二三百千万零点半个月底号日天块元毛gGmM%$¥ .,:/-]{0,40}", "(next|the|in|a|of|no|not|5th|may|11|22|/|-|hundred|and|gb| ){0,12}", "\\PC{0,300}"], now_ms in any::<u64>()) {
        static MODEL: LazyLock<Model> = LazyLock::new(model);
        let model = &*MODEL;
        let parsed = model.parse(&text, &ParseContext { now_ms, time_zone: "Asia/Shanghai", locale: "zh-CN" });
        for entity in &parsed.entities {
            let heard = parsed.text.get(entity.start as usize..entity.end as usize);
            prop_assert_eq!(heard, Some(entity.heard.as_str()));
            prop_assert!(entity.end > entity.start);
        }
        prop_assert_eq!(&parsed.original, &text);
        prop_assert!((0.0..=1.0).contains(&parsed.confidence));
        let _ = (yes_no(&text), command(&text), choice_by_words(&text, &["一", &text]));
        if let Some(rest) = correction(&text) {
            prop_assert!(text.contains(rest) && !rest.is_empty());
        }
        for answer in model.search(&text, &Asker::new("zh-CN"), 3) {
            prop_assert!((0.0..=1.0).contains(&answer.score));
        }
    }

    #[test]
    fn money_reads_back_what_a_catalogue_writes(minor in 1_i64..1_000_000_000) {
        use jackfield_core::{Money, NamedValue, Value};
        use jackfield_language::catalogue::{Catalogue, Source, Variant};
        let source = Source { locale: "zh-CN".to_owned(), variant: Variant::Text, text: "m = { $x }".to_owned(), name: "m.ftl".to_owned() };
        let catalogue = Catalogue::new(&[], vec![source]).unwrap();
        let value = Value::Money(Money { minor, currency: "CNY".to_owned() });
        let shown = catalogue.render("zh-CN", Variant::Text, "m", &[NamedValue { name: "x".to_owned(), value: value.clone() }]).unwrap();
        let parsed = Model::train(&Training::default()).unwrap().parse(&shown, &CONTEXT);
        prop_assert_eq!(parsed.entities.first().map(|entity| &entity.value), Some(&value), "{}", shown);
    }

    #[test]
    fn dates_read_back_what_a_catalogue_writes(days in 0_i64..20_000, english in any::<bool>()) {
        use jackfield_core::{NamedValue, Value};
        use jackfield_language::catalogue::{Catalogue, Source, Variant};
        let locale = if english { "en-US" } else { "zh-CN" };
        let source = Source { locale: locale.to_owned(), variant: Variant::Text, text: "m = { $x }".to_owned(), name: "m.ftl".to_owned() };
        let date = jiff::civil::date(2000, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap().to_string();
        let catalogue = Catalogue::new(&[], vec![source]).unwrap();
        let shown = catalogue.render(locale, Variant::Text, "m", &[NamedValue { name: "x".to_owned(), value: Value::Date(date.clone()) }]).unwrap();
        let parsed = Model::train(&Training::default()).unwrap().parse(&shown, &CONTEXT);
        prop_assert_eq!(parsed.entities.first().map(|entity| &entity.value), Some(&Value::Date(date)), "{}", shown);
    }
}
