use super::*;
use crate::tables::all_right;

fn gazetteer(names: &[(&str, &str)], ordinary: &[&str]) -> Gazetteer {
    let entries: Vec<_> = names
        .iter()
        .map(|(value, name)| GazetteerEntry {
            kind: "plan".to_owned(),
            value: (*value).to_owned(),
            locale: None,
            name: (*name).to_owned(),
        })
        .collect();
    Gazetteer::new(&entries, ordinary.iter().copied())
}

fn named(gazetteer: &Gazetteer, text: &str) -> String {
    let normal = normalise(text);
    let scan = Scan::new(&normal);
    let mut found = Vec::new();
    gazetteer.find(&scan, "en", &mut found);
    found.sort_by_key(|found| found.start);
    let shown = found
        .iter()
        .map(|found| format!("{}@{}", found.value, scan.slice(found.start, found.end)));
    shown.collect::<Vec<_>>().join(" | ")
}

#[test]
fn names_with_typing_errors() {
    let names = gazetteer(
        &[
            ("sapphire", "Sapphire"),
            ("sapphire-plus", "Sapphire Plus"),
            ("orbit", "Orbit"),
            ("constellation", "Constellation Family"),
            ("p59", "Silver59"),
            ("p69", "Silver69"),
            ("basic", "basic"),
            ("zen", "Zenn"),
            ("changxiang", "畅享无忧套餐"),
            ("zunxiang", "尊贵全球通"),
            ("moon59", "月光59元套餐"),
            ("moon69", "月光69元套餐"),
            ("star", "星耀套餐"),
            ("star-2", "星辉套餐"),
            ("three", "三人共享套餐"),
            ("low", "最低消费额"),
        ],
        &["我想换个无线套餐", "the orbits of satellites"],
    );
    all_right(
        [
            ("the sapphire please", "sapphire@sapphire"),
            ("the saphire please", "sapphire@saphire"),
            ("sapphier", "sapphire@sapphier"),
            ("sapphires", "sapphire@sapphires"),
            ("sapphire plsu", "sapphire@sapphire"),
            ("saphire plus", "sapphire-plus@saphire plus"),
            ("sphire", ""),
            ("i want orbitt", "orbit@orbitt"),
            ("the orbits", ""),
            ("constelation family", "constellation@constelation family"),
            (
                "consttellattion family",
                "constellation@consttellattion family",
            ),
            ("consttellattionn family", ""),
            (
                "constellation familly",
                "constellation@constellation familly",
            ),
            ("constellation", ""),
            ("silver58", ""),
            ("silver59", "p59@silver59"),
            ("the basis of it", ""),
            ("a basci plan", "basic@basci"),
            ("zen", ""),
            ("我要畅享无忧套餐", "changxiang@畅享无忧套餐"),
            ("我要畅想无忧套餐", "changxiang@畅想无忧套餐"),
            ("我要畅享无优套餐吧", "changxiang@畅享无优套餐"),
            ("我要畅享忧套餐", "changxiang@畅享忧套餐"),
            ("我要畅享无无忧套餐", "changxiang@畅享无无忧套餐"),
            ("我要畅想无优套餐", ""),
            ("尊贵全球卡", "zunxiang@尊贵全球卡"),
            ("月光59元套餐", "moon59@月光59元套餐"),
            ("月光79元套餐", ""),
            ("月亮69元套餐", "moon69@月亮69元套餐"),
            ("星光套餐", ""),
            ("星耀套歺", "star@星耀套歺"),
            ("星耀", ""),
            ("五人共享套餐", ""),
            ("三人共想套餐", "three@三人共想套餐"),
            ("最高消费额", ""),
        ]
        .map(|(text, expected)| (text.to_owned(), named(&names, text), expected.to_owned())),
    );
}

#[test]
fn written_right_goes_before_written_wrong() {
    let names = gazetteer(&[("a", "Mercury"), ("b", "Mercuri")], &[]);
    assert_eq!(named(&names, "mercury"), "a@mercury");
    assert_eq!(named(&names, "mercuri"), "b@mercuri");
    // As near to one as to the other.
    assert_eq!(named(&names, "mercurx"), "");
    let names = gazetteer(&[("a", "guangdon"), ("b", "shenzhan")], &[]);
    let mut found = Vec::new();
    let scan = Scan::new("guangdong");
    super::super::place::find(&scan, &mut found);
    names.find(&scan, "en", &mut found);
    assert_eq!(found.len(), 1, "{found:?}");
}
