use super::*;

fn value(text: &str) -> Option<(f64, usize)> {
    read(&Scan::new(text), 0).map(|n| (n.value, n.end))
}

#[test]
fn reads_whole_numerals() {
    for (text, expected) in [
        ("128", 128.0),
        ("1,280", 1280.0),
        ("1,280,000.5", 1_280_000.5),
        ("99.5", 99.5),
        ("1.5万", 15_000.0),
        ("3千", 3_000.0),
        ("0", 0.0),
        ("十", 10.0),
        ("十二", 12.0),
        ("二十", 20.0),
        ("二十五", 25.0),
        ("一百", 100.0),
        ("一百零五", 105.0),
        ("一百一十", 110.0),
        ("一百二十八", 128.0),
        ("两百", 200.0),
        ("三百五", 350.0),
        ("三百五十", 350.0),
        ("一千二", 1_200.0),
        ("一千二百", 1_200.0),
        ("一千零二十", 1_020.0),
        ("两千零八", 2_008.0),
        ("一万", 10_000.0),
        ("一万二", 12_000.0),
        ("一万二千", 12_000.0),
        ("一万零三百", 10_300.0),
        ("十五万", 150_000.0),
        ("一亿二千万", 120_000_000.0),
        ("三点五", 3.5),
        ("一二八", 128.0),
        ("二零二六", 2026.0),
        ("零", 0.0),
        ("五", 5.0),
        ("九十九", 99.0),
        ("twenty", 20.0),
        ("twenty five", 25.0),
        ("twenty-five", 25.0),
        ("a hundred", 100.0),
        ("one hundred and twenty eight", 128.0),
        ("two thousand five hundred", 2_500.0),
        ("a thousand and ten", 1_010.0),
        ("seven", 7.0),
    ] {
        assert_eq!(
            value(text),
            Some((expected, text.chars().count())),
            "{text}"
        );
    }
}

#[test]
fn leaves_alone_what_is_no_numeral() {
    for text in [
        "万一",
        "千万不要",
        "百度",
        "a plan",
        "hundred",
        "and",
        "v2",
        "anyone",
        "tenant",
        "oneself",
        "点",
        "12345678901234567890",
    ] {
        assert_eq!(value(text), None, "{text}");
    }
    assert_eq!(value("五分"), Some((5.0, 1)));
    assert_eq!(value("1.2.3"), None);
    assert_eq!(value("三百块"), Some((300.0, 2)));
    assert_eq!(value("一百零"), Some((100.0, 2)));
    assert_eq!(value("one two"), Some((1.0, 3)));
}
