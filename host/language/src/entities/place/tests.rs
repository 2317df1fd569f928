use std::collections::HashSet;

use super::*;

fn places(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    find(&Scan::new(&crate::normalise(text)), &mut found);
    found
        .into_iter()
        .map(|found| found.value.to_string())
        .collect()
}

#[test]
fn the_table_is_whole() {
    let lines: Vec<_> = include_str!("china.tsv")
        .lines()
        .filter_map(province)
        .collect();
    assert_eq!(lines.len(), 34);
    let mut seen = HashSet::new();
    for (chinese, _, normal, cities) in lines {
        for name in chinese.split('|') {
            assert_eq!(places(name), [normal], "{name}");
        }
        for (chinese, english) in cities.split(", ").filter_map(|city| city.split_once(' ')) {
            let name = format!("{}市", chinese.trim_start_matches('!'));
            let value = format!("{normal}/{}", english.split('|').next().unwrap_or_default());
            assert!(seen.insert(value.clone()), "{value} twice");
            assert_eq!(places(&name), [value], "{name}");
        }
    }
}
