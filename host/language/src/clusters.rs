//! Groups of sentences that are alike, for people who label them.

use std::collections::BinaryHeap;

use rayon::prelude::*;

use crate::index::Index;
use crate::ngrams::features;
use crate::normalise;

/// Sentences are alike from this cosine of their weighted n-grams on: below, they share little more than how one asks.
const ALIKE: f32 = 0.35;

/// Sentences that are alike, by their positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// The sentence that most others of the group are like.
    pub representative: usize,
    /// All of them: the representative first, then the others in the order they were given.
    pub members: Vec<usize>,
}

/// Groups sentences by likeness, the largest group first. Every sentence is in one group, alone when nothing is like it.
///
/// The sentence with the most sentences like it takes them as its group, then the next one of those left, and so on. So
/// everybody in a group is like its representative; chains, whose ends have nothing in common, do not form.
pub fn clusters(sentences: &[&str]) -> Vec<Cluster> {
    let features: Vec<Vec<u64>> = sentences
        .par_iter()
        .map(|text| features(&normalise(text)))
        .collect();
    let index = Index::new(&features);
    let alike: Vec<Vec<usize>> = features
        .par_iter()
        .enumerate()
        .map(|(own, features)| {
            let found = index.similarities(&index.query(features));
            let like = found.iter().enumerate();
            like.filter(|(at, likeness)| *at != own && **likeness >= ALIKE)
                .map(|(at, _)| at)
                .collect()
        })
        .collect();
    group(&alike)
}

/// Groups by who is like whom.
fn group(alike: &[Vec<usize>]) -> Vec<Cluster> {
    let mut grouped = vec![false; alike.len()];
    let left = |grouped: &[bool], at: usize| -> Vec<usize> {
        let others = alike.get(at).into_iter().flatten();
        others
            .copied()
            .filter(|other| !grouped.get(*other).copied().unwrap_or(true))
            .collect()
    };
    // Numbers in the heap may be out of date, but only too high: what others took since is seen when its turn comes.
    let mut heap: BinaryHeap<(usize, std::cmp::Reverse<usize>)> = alike
        .iter()
        .enumerate()
        .map(|(at, others)| (others.len(), std::cmp::Reverse(at)))
        .collect();
    let mut groups = Vec::new();
    while let Some((expected, std::cmp::Reverse(representative))) = heap.pop() {
        if grouped.get(representative).copied().unwrap_or(true) {
            continue;
        }
        let others = left(&grouped, representative);
        if others.len() < expected {
            heap.push((others.len(), std::cmp::Reverse(representative)));
            continue;
        }
        let mut members = vec![representative];
        members.extend(others);
        for member in &members {
            if let Some(grouped) = grouped.get_mut(*member) {
                *grouped = true;
            }
        }
        groups.push(Cluster {
            representative,
            members,
        });
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENTENCES: [&str; 11] = [
        "手机卡丢了怎么办",
        "my phone was stolen",
        "我的卡丢了",
        "sim卡丢了咋办",
        "my phone got stolen yesterday",
        "发票怎么开",
        "someone stole my phone, my phone is stolen",
        "你们能开发票吗",
        "卡丢了",
        "what is the weather today",
        "我要开发票",
    ];

    #[test]
    fn sentences_that_are_alike_come_together_in_both_languages() {
        let found = clusters(&SENTENCES);
        let mut groups: Vec<Vec<usize>> = found
            .iter()
            .map(|cluster| {
                let mut members = cluster.members.clone();
                members.sort_unstable();
                members
            })
            .collect();
        assert!(
            groups.is_sorted_by_key(|members| std::cmp::Reverse(members.len())),
            "{groups:?}"
        );
        groups.sort();
        assert_eq!(
            groups,
            [vec![0, 2, 3, 8], vec![1, 4, 6], vec![5, 7, 10], vec![9]]
        );
    }

    #[test]
    fn the_same_sentences_give_the_same_groups_and_nothing_is_lost() {
        let subjects = [
            "套餐",
            "流量",
            "账单",
            "宽带",
            "roaming",
            "voicemail",
            "invoice",
        ];
        let asks = [
            "怎么取消{}",
            "{}太贵了",
            "cancel the {} please",
            "where is my {}",
        ];
        let sentences: Vec<String> = (0..300)
            .map(|n| {
                let ask = asks[n % asks.len()].replace("{}", subjects[n % subjects.len()]);
                format!("{ask} {n}")
            })
            .collect();
        let sentences: Vec<&str> = sentences.iter().map(String::as_str).collect();
        let found = clusters(&sentences);
        assert_eq!(found, clusters(&sentences));
        let mut all: Vec<usize> = found.iter().flat_map(|c| c.members.clone()).collect();
        all.sort_unstable();
        assert_eq!(all, (0..300).collect::<Vec<_>>());
        assert!(
            found
                .iter()
                .all(|c| c.members.first() == Some(&c.representative))
        );
    }

    #[test]
    fn chains_do_not_form_and_nothing_gives_nothing() {
        // 0 is like 1, 1 like 2, 2 like 3: the ends have nothing in common.
        let found = group(&[vec![1], vec![0, 2], vec![1, 3], vec![2]]);
        let members: Vec<_> = found.iter().map(|c| c.members.clone()).collect();
        assert_eq!(members, [vec![1, 0, 2], vec![3]]);
        assert_eq!(clusters(&[]), []);
        assert_eq!(clusters(&["", "…"]).len(), 2);
    }
}
