//! Streets that bear the name of a place: `南京东路`, `Nanjing Road`.

use super::super::numeral;

/// What makes a street of the name before it: a direction, a number, and `路`, `街` or `大道`.
pub(super) fn chinese(after: &str) -> bool {
    let rest = after.trim_start_matches(['东', '西', '南', '北', '中']);
    let rest = rest.trim_start_matches(|c| numeral::chinese_digit(c).is_some() || c == '十');
    let street = ["路", "街", "大道", "大街", "巷", "胡同", "支路"]
        .iter()
        .any(|word| rest.starts_with(word));
    // A province and then its own streets: `上海南京路` is read at its first name; `街道` is a part of a city.
    street && after.len() - rest.len() <= 9 && !after.starts_with("街道")
}

/// `Nanjing Road`, `Beijing East Rd`.
pub(super) fn english(after: &str) -> bool {
    let mut words = after
        .strip_prefix(' ')
        .unwrap_or_default()
        .split([' ', ',', '.']);
    let Some(first) = words.next() else {
        return false;
    };
    let direction = matches!(
        first,
        "east" | "west" | "north" | "south" | "middle" | "central"
    );
    let street = if direction { words.next() } else { Some(first) };
    street.is_some_and(|word| {
        matches!(
            word,
            "road" | "rd" | "street" | "st" | "avenue" | "ave" | "lane" | "boulevard" | "blvd"
        )
    })
}
