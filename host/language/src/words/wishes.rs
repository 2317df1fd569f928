use super::clauses;

/// One of several wishes in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish<'t, P> {
    /// Where it leads.
    pub place: P,
    /// Its words, with what was said to it before and after.
    pub text: &'t str,
}

/// The wishes in a sentence, when it has several: clauses that lead somewhere by themselves, to different places, and are
/// said in addition (`另外`, `and how do I …`) or are questions one after the other. What else is set beside a clause is mostly a
/// reason for it: `I run out of data, is there a bigger plan?` `read` says where a clause surely leads. What leads nowhere
/// (a greeting, a number) and what adds nothing belongs to the wish before it.
pub fn wishes<P: PartialEq>(
    text: &str,
    mut read: impl FnMut(&str) -> Option<P>,
) -> Vec<Wish<'_, P>> {
    let clauses = clauses(text);
    if clauses.len() < 2 {
        return Vec::new();
    }
    let mut found: Vec<(P, usize, usize)> = Vec::new();
    let mut asked = false;
    for clause in clauses {
        let place = text.get(clause.at.clone()).and_then(&mut read);
        let known = place
            .as_ref()
            .is_some_and(|place| found.iter().any(|(other, ..)| other == place));
        let another = clause.adds || (asked && clause.asks);
        asked = clause.asks;
        match place.filter(|_| !known && (another || found.is_empty())) {
            Some(place) => {
                let start = if found.is_empty() { 0 } else { clause.at.start };
                found.push((place, start, clause.at.end));
            }
            None => {
                if let Some((.., end)) = found.last_mut() {
                    *end = clause.at.end;
                }
            }
        }
    }
    if found.len() < 2 {
        return Vec::new();
    }
    found
        .into_iter()
        .filter_map(|(place, start, end)| {
            let text = text.get(start..end)?.trim();
            Some(Wish { place, text })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads nothing but these words.
    fn read(clause: &str) -> Option<&'static str> {
        let clause = clause.to_lowercase();
        [
            ("余额", "balance"),
            ("balance", "balance"),
            ("套餐", "plan"),
            ("plan", "plan"),
            ("国外", "abroad"),
            ("roaming", "abroad"),
        ]
        .into_iter()
        .find_map(|(word, place)| clause.contains(word).then_some(place))
    }

    fn places(text: &str) -> Vec<(&str, &'static str)> {
        wishes(text, read)
            .into_iter()
            .map(|wish| (wish.text, wish.place))
            .collect()
    }

    #[test]
    fn several_wishes() {
        for (text, expected) in [
            (
                "查一下余额，顺便问下国外能不能上网",
                &[("查一下余额", "balance"), ("问下国外能不能上网", "abroad")][..],
            ),
            (
                "你好，帮我换套餐，59元的，还有，查下余额。谢谢",
                &[
                    ("你好，帮我换套餐，59元的", "plan"),
                    ("查下余额。谢谢", "balance"),
                ],
            ),
            (
                "我是什么套餐，余额还有多少？",
                &[("我是什么套餐", "plan"), ("余额还有多少", "balance")],
            ),
            (
                "What's my plan? How much is the balance?",
                &[
                    ("What's my plan", "plan"),
                    ("How much is the balance", "balance"),
                ],
            ),
            (
                "换套餐另外查余额顺便问国外上网",
                &[
                    ("换套餐", "plan"),
                    ("查余额", "balance"),
                    ("问国外上网", "abroad"),
                ],
            ),
            (
                "查下余额，换个便宜的套餐，再问下国外能不能上网",
                &[
                    ("查下余额", "balance"),
                    ("换个便宜的套餐", "plan"),
                    ("再问下国外能不能上网", "abroad"),
                ],
            ),
            (
                "查余额，还想换套餐",
                &[("查余额", "balance"), ("还想换套餐", "plan")],
            ),
            (
                "check my balance, switch my plan and tell me how to turn on roaming",
                &[
                    ("check my balance", "balance"),
                    ("switch my plan", "plan"),
                    ("tell me how to turn on roaming", "abroad"),
                ],
            ),
            (
                "change my plan and how do I turn on roaming",
                &[
                    ("change my plan", "plan"),
                    ("how do I turn on roaming", "abroad"),
                ],
            ),
            (
                "Check my balance. Also, change my plan please",
                &[
                    ("Check my balance", "balance"),
                    ("change my plan please", "plan"),
                ],
            ),
        ] {
            assert_eq!(places(text), expected, "{text}");
        }
    }

    #[test]
    fn one_wish() {
        for text in [
            "",
            "查余额",
            "我还有多少余额",
            "余额，我的余额",
            "套餐和余额",
            "change my plan, please",
            "my plan and balance",
            "换成3.5折的套餐，谢谢",
            "，，，",
            "我的余额太少了，有没有便宜的套餐",
            "I want roaming but my balance is gone",
        ] {
            assert_eq!(places(text), [], "{text}");
        }
    }
}
