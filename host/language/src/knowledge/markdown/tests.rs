use super::read_markdown;

const TOP: &str = "---\nlocale: zh-CN\n---\n";

/// The questions of the file's articles, and the lines of its remarks.
fn read(text: &str) -> (Vec<Vec<String>>, Vec<usize>) {
    let read = read_markdown("f", &format!("{TOP}{text}")).unwrap();
    let questions = read.articles.into_iter().map(|w| w.article.questions);
    (questions.collect(), read.remarks)
}

/// What is refused, after `f:`.
fn refused(text: &str) -> String {
    let error = read_markdown("f", &format!("{TOP}{text}")).unwrap_err();
    let error = error.to_string();
    error.strip_prefix("f:").unwrap().to_owned()
}

#[test]
fn what_can_only_be_meant_in_one_way_is_read() {
    let plain = read("## 怎么还款\n- 如何还\n- 怎样还\n\n打开App。\n## 逾期呢\n有影响。\n");
    for text in [
        "##怎么还款\n-如何还\n-怎样还\n\n打开App。\n##逾期呢\n有影响。\n",
        "＃＃ 怎么还款\n－如何还\n• 怎样还\n\n打开App。\n＃＃逾期呢\n有影响。\n",
        " ##　怎么还款\n· 如何还\n● 怎样还\n打开App。\n<!-- 待法务确认 -->\n## 逾期呢\n<!--\n## 旧问题\n-->\n有影响。\n",
    ] {
        assert_eq!(read(text), plain, "{text}");
    }
    let text = format!("{TOP}## 问\nLocale：en-US\n- 问二\n\n1. 打开App\n2. 点还款\n");
    let read = read_markdown("f", &text).unwrap();
    assert_eq!(read.articles[0].article.locale, "en-US");
    assert_eq!(read.articles[0].article.answer, "1. 打开App\n2. 点还款");
    assert_eq!(read.articles[0].questions, [4, 6]);
    let hash = "## 问\n方案一\n#1 便宜\n#### 小标题\n";
    let text = format!("{TOP}{hash}");
    let read = read_markdown("f", &text).unwrap();
    assert!(
        read.articles[0]
            .article
            .answer
            .contains("#1 便宜\n#### 小标题")
    );
}

#[test]
fn what_may_be_meant_otherwise_is_refused_with_its_line() {
    for (text, line, says) in [
        (
            "# 怎么还款？\n打开App。\n",
            4,
            "write `## 怎么还款？` when it is a question",
        ),
        ("# 怎么还款 {#repay}\n打开App。\n", 4, "is a title"),
        ("# 还款\n- 怎么还\n打开App。\n", 4, "write `## 还款`"),
        (
            "## 问\n答。\n#逾期呢\n有影响。\n",
            6,
            "`## 逾期呢` for a question",
        ),
        (
            "## 怎么还款\n1. 如何还\n2. 怎样还\n\n打开App。\n",
            5,
            "begin other ways to ask with `- `",
        ),
        ("## 怎么还款\n\n1、打开App\n", 6, "numbered list"),
        ("##\n答。\n", 4, "the question is empty"),
        ("## 问\n答。\n<!-- 注\n", 6, "no `-->` ends the comment"),
    ] {
        let error = refused(text);
        assert!(
            error.starts_with(&format!("{line}: ")) && error.contains(says),
            "{text}: {error}"
        );
    }
}

#[test]
fn a_remark_that_belongs_to_no_question_is_named() {
    let (questions, remarks) = read(
        "本文件由信贷部维护。\n更新于三月。\n# 还款\n以下为常见问题。\n## 问\n答。\n# 费用\n\n## 问二\n答。\n",
    );
    assert_eq!((questions.len(), remarks), (2, vec![4, 7]));
}
