use super::super::tests::found;

/// A number that passes for its kind stops passing when any digit of it changes.
#[test]
fn check_digits_are_checked() {
    for (kind, number) in [
        ("id-card", "11010519491231002X"),
        ("bank-card", "4111111111111111"),
    ] {
        assert!(found(number).contains(kind), "{number}");
        for at in 0..number.len() {
            let mut wrong = number.as_bytes().to_vec();
            if wrong[at].is_ascii_digit() {
                wrong[at] = b'0' + (wrong[at] - b'0' + 1) % 10;
            } else {
                wrong[at] = b'3';
            }
            let wrong = String::from_utf8(wrong).unwrap();
            assert!(!found(&wrong).contains(kind), "{wrong}");
        }
    }
}
