//! Values as people of a locale read them.

use fluent_bundle::{FluentArgs, FluentValue};
use jackfield_core::{Money, Quantity, Value};
use jiff::Timestamp;
use jiff::civil::Date;

/// Most digits after the point of a plain number.
const DECIMALS: usize = 3;
/// Below this, a number without fraction is an integer of 64 bits.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// A value for a locale (`zh-cn`, lower case); spoken forms have no symbols that a voice would stumble over.
pub(super) fn value(value: &Value, locale: &str, spoken: bool) -> String {
    let chinese = locale.starts_with("zh");
    match value {
        Value::Integer(number) => grouped(&number.to_string(), !spoken),
        Value::Number(number) => decimal(*number, 0, DECIMALS, !spoken),
        Value::Money(amount) => money(amount, chinese, spoken),
        Value::Quantity(amount) => quantity(amount, chinese, spoken),
        Value::Date(text) => text
            .parse()
            .map_or_else(|_| text.clone(), |day| date(day, chinese, spoken)),
        Value::Instant(ms) => instant(*ms, chinese, spoken),
        Value::Boolean(truth) => truth.to_string(),
        Value::Text(text) | Value::Json(text) => text.clone(),
    }
}

/// How a message shows a number that it was given.
pub(super) fn number_in_message<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    shown_number(value, true)
}

/// The same for spoken messages: without grouping.
pub(super) fn spoken_number_in_message<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    shown_number(value, false)
}

fn shown_number(value: &FluentValue<'_>, group: bool) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    let least = number
        .options
        .minimum_fraction_digits
        .unwrap_or(0)
        .min(DECIMALS);
    let most = number
        .options
        .maximum_fraction_digits
        .unwrap_or(DECIMALS)
        .clamp(least, 6);
    Some(decimal(
        number.value,
        least,
        most,
        group && number.options.use_grouping,
    ))
}

/// `NUMBER($n, useGrouping: "false", minimumFractionDigits: 2)`. Digits are bounded, for catalogues come from outside.
pub(super) fn number_function<'a>(
    positional: &[FluentValue<'a>],
    named: &FluentArgs<'_>,
) -> FluentValue<'a> {
    let Some(FluentValue::Number(number)) = positional.first() else {
        return FluentValue::Error;
    };
    let mut number = number.clone();
    number.options.merge(named);
    for digits in [
        &mut number.options.minimum_fraction_digits,
        &mut number.options.maximum_fraction_digits,
    ] {
        *digits = digits.map(|digits| digits.min(6));
    }
    number.options.minimum_integer_digits = None;
    number.options.minimum_significant_digits = None;
    number.options.maximum_significant_digits = None;
    FluentValue::Number(number)
}

fn decimal(number: f64, least: usize, most: usize, group: bool) -> String {
    if !number.is_finite() {
        return "–".to_owned();
    }
    // Exact digits of a fraction take a hundred times as long, and few numbers in messages have any.
    if least == 0 && number.fract() == 0.0 && number != 0.0 && number.abs() < WHOLE {
        return grouped(&(number as i64).to_string(), group);
    }
    let mut text = format!("{number:.most$}");
    if let Some(point) = text.find('.') {
        let keep = if least == 0 { point } else { point + 1 + least };
        while text.len() > keep && text.ends_with('0') {
            text.pop();
        }
        if text.ends_with('.') {
            text.pop();
        }
    }
    grouped(&text, group)
}

/// Thousands are grouped from five digits on, so that a year stays a year.
fn grouped(number: &str, group: bool) -> String {
    let (sign, rest) = number
        .strip_prefix('-')
        .map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
    if !group || whole.len() < 5 {
        return number.to_owned();
    }
    let mut out = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out + fraction
}

/// `¥128.00`; spoken `128元`, `128 yuan`. Other currencies by their symbol or code.
fn money(amount: &Money, chinese: bool, spoken: bool) -> String {
    let currency = amount.currency.as_str();
    let sign = if amount.minor < 0 { "-" } else { "" };
    let minor = amount.minor.unsigned_abs();
    let digits = if Money::minor_units(currency) == 1.0 {
        0
    } else {
        2
    };
    let (whole, cents) = if digits == 0 {
        (minor, 0)
    } else {
        (minor / 100, minor % 100)
    };
    if spoken {
        let fraction = match cents {
            0 => String::new(),
            cents if cents % 10 == 0 && chinese => format!(".{}", cents / 10),
            cents => format!(".{cents:02}"),
        };
        let unit = match (currency, chinese) {
            ("CNY", true) => "元",
            ("CNY", false) => " yuan",
            ("USD", true) => "美元",
            ("USD", false) if whole == 1 && cents == 0 => " dollar",
            ("USD", false) => " dollars",
            ("HKD", true) => "港元",
            ("EUR", true) => "欧元",
            ("EUR", false) => " euros",
            (code, _) => return format!("{sign}{whole}{fraction} {code}"),
        };
        return format!("{sign}{whole}{fraction}{unit}");
    }
    let symbol = match (currency, chinese) {
        ("CNY", _) => "¥",
        ("USD", true) => "US$",
        ("USD", false) => "$",
        ("HKD", _) => "HK$",
        ("EUR", _) => "€",
        ("GBP", _) => "£",
        (code, _) => &format!("{code} "),
    };
    let whole = grouped(&whole.to_string(), true);
    if digits == 0 {
        format!("{sign}{symbol}{whole}")
    } else {
        format!("{sign}{symbol}{whole}.{cents:02}")
    }
}

fn quantity(quantity: &Quantity, chinese: bool, spoken: bool) -> String {
    let amount = decimal(quantity.amount, 0, 2, !spoken);
    let one = quantity.amount == 1.0;
    match (quantity.unit.as_str(), chinese) {
        ("%", true) if spoken => format!("百分之{amount}"),
        ("%", false) if spoken => format!("{amount} percent"),
        ("%", _) => format!("{amount}%"),
        ("min", true) => format!("{amount}分钟"),
        ("min", false) => format!("{amount} {}", if one { "minute" } else { "minutes" }),
        ("d", true) => format!("{amount}天"),
        ("d", false) => format!("{amount} {}", if one { "day" } else { "days" }),
        ("wk", true) => format!("{amount}周"),
        ("wk", false) => format!("{amount} {}", if one { "week" } else { "weeks" }),
        ("mo", true) => format!("{amount}个月"),
        ("mo", false) => format!("{amount} {}", if one { "month" } else { "months" }),
        ("yr", true) => format!("{amount}年"),
        ("yr", false) => format!("{amount} {}", if one { "year" } else { "years" }),
        ("MB", true) if spoken => format!("{amount}兆"),
        ("GB", true) if spoken => format!("{amount}个G"),
        ("MB", false) if spoken => {
            format!("{amount} {}", if one { "megabyte" } else { "megabytes" })
        }
        ("GB", false) if spoken => {
            format!("{amount} {}", if one { "gigabyte" } else { "gigabytes" })
        }
        // A line never breaks between a number and its unit.
        (unit, _) => format!("{amount}\u{a0}{unit}"),
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `2026年11月22日`, `22 Nov 2026`; spoken in full.
fn date(day: Date, chinese: bool, spoken: bool) -> String {
    if chinese {
        return format!("{}年{}月{}日", day.year(), day.month(), day.day());
    }
    let name = usize::try_from(day.month() - 1)
        .ok()
        .and_then(|month| MONTHS.get(month))
        .copied()
        .unwrap_or_default();
    let name = if spoken {
        name
    } else {
        name.get(..3).unwrap_or(name)
    };
    format!("{} {name} {}", day.day(), day.year())
}

/// A moment in UTC, and said so: a catalogue does not know the contact's time zone. Flows give dates.
fn instant(ms: u64, chinese: bool, spoken: bool) -> String {
    let Some(moment) = i64::try_from(ms)
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok())
    else {
        return ms.to_string();
    };
    let moment = moment.to_zoned(jiff::tz::TimeZone::UTC);
    format!(
        "{} {:02}:{:02} UTC",
        date(moment.date(), chinese, spoken),
        moment.hour(),
        moment.minute()
    )
}
