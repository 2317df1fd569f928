use jackfield_core::{Money, Quantity, Value};

use super::*;
use crate::GazetteerEntry;
use crate::tables::all_right;
use crate::{Model, Training, entity_for, normalise};

/// Sunday, 22 November 2026, 15:00 in Shanghai.
const NOW: u64 = 1_795_330_800_000;

fn context(locale: &str) -> ParseContext<'_> {
    ParseContext {
        now_ms: NOW,
        time_zone: "Asia/Shanghai",
        locale,
    }
}

/// The entities of a text, which is normalised first.
pub(super) fn entities(text: &str) -> Vec<Entity> {
    extract(&normalise(text), &context("zh-CN"), &Gazetteer::default())
}

/// `kind:value` of every entity, with the role in front when there is one.
pub(super) fn found(text: &str) -> String {
    let normal = normalise(text);
    let entities = entities(text);
    let shown = entities.iter().map(|entity| {
        assert_eq!(
            normal.get(entity.start as usize..entity.end as usize),
            Some(entity.heard.as_str()),
            "{text}"
        );
        let role = entity
            .role
            .as_ref()
            .map(|role| format!("{role}="))
            .unwrap_or_default();
        format!("{role}{}:{}", entity.kind, entity.value)
    });
    shown.collect::<Vec<_>>().join(" | ")
}

fn table(rows: &[(&str, &str)]) {
    all_right(
        rows.iter()
            .map(|(text, expected)| ((*text).to_owned(), found(text), (*expected).to_owned())),
    );
}

#[test]
fn amounts() {
    table(&[
        ("128元", "amount:128.00 CNY"),
        ("一百二十八块", "amount:128.00 CNY"),
        ("一百二十八块钱", "amount:128.00 CNY"),
        ("三百五", "amount:350.00 CNY"),
        ("一千二", "amount:1200.00 CNY"),
        ("¥99.5", "amount:99.50 CNY"),
        ("￥１２８", "amount:128.00 CNY"),
        ("¥128元", "amount:128.00 CNY"),
        ("$20", "amount:20.00 USD"),
        ("US$ 1,280.50", "amount:1280.50 USD"),
        ("50 yuan", "amount:50.00 CNY"),
        ("a hundred yuan", "amount:100.00 CNY"),
        (
            "one hundred and twenty eight yuan a month",
            "amount:128.00 CNY",
        ),
        ("20 dollars", "amount:20.00 USD"),
        ("100 RMB", "amount:100.00 CNY"),
        ("RMB 100", "amount:100.00 CNY"),
        ("三块五", "amount:3.50 CNY"),
        ("12块5毛", "amount:12.50 CNY"),
        ("九块九", "amount:9.90 CNY"),
        ("12元5角3分", "amount:12.53 CNY"),
        ("5毛", "amount:0.50 CNY"),
        ("五毛钱", "amount:0.50 CNY"),
        ("两块半", "amount:2.50 CNY"),
        ("1.5万元", "amount:15000.00 CNY"),
        ("一万两千块", "amount:12000.00 CNY"),
        ("100美元", "amount:100.00 USD"),
        ("二十欧元", "amount:20.00 EUR"),
        ("充50块话费", "amount:50.00 CNY"),
        ("我要59元的套餐", "amount:59.00 CNY"),
        ("每月一百块以内", "amount:100.00 CNY | amount=bound:max"),
        ("我们一块去办", ""),
        ("一块儿办了吧", ""),
        ("5元3个月", "amount:5.00 CNY | duration:3 mo"),
    ]);
}

#[test]
fn numbers() {
    table(&[
        ("要三个", "number:3"),
        ("28", "number:28"),
        ("1,280", "number:1280"),
        ("3.5", "number:3.5"),
        ("twenty five", "number:25"),
        ("I need two of them", "number:2"),
        ("the 128 plan", "number:128"),
        ("128的套餐", "number:128"),
        ("三", "number:3"),
        ("万一不行呢", ""),
        ("十分感谢", ""),
        ("一下", ""),
        ("查一下我的一些套餐", ""),
        ("第一个", "ordinal:1"),
        ("统一资费", ""),
        ("千万别取消", ""),
        ("this one", ""),
        ("mate60手机", ""),
        ("版本1.2.3", ""),
        ("6222021234567890123", ""),
        ("iphone 15", "number:15"),
    ]);
}

#[test]
fn volumes_minutes_percentages() {
    table(&[
        ("20G", "data-volume:20 GB"),
        ("20G流量", "data-volume:20 GB"),
        ("500兆", "data-volume:500 MB"),
        ("10 GB", "data-volume:10 GB"),
        ("20个G", "data-volume:20 GB"),
        ("二十个g", "data-volume:20 GB"),
        ("1.5g", "data-volume:1.5 GB"),
        ("100M", "data-volume:100 MB"),
        ("5G流量", "data-volume:5 GB"),
        ("还剩5G", "data-volume:5 GB"),
        ("10 gigs of data", "data-volume:10 GB"),
        ("half a gig", "data-volume:0.5 GB"),
        ("半个G", "data-volume:0.5 GB"),
        ("一个半G", "data-volume:1.5 GB"),
        ("1T", "data-volume:1024 GB"),
        ("200兆字节", "data-volume:200 MB"),
        ("5G套餐", ""),
        ("5g network is slow", ""),
        ("4G信号不好", ""),
        ("5g plan", ""),
        ("它是5G吗", ""),
        ("支持5G的吗", ""),
        ("hmm, is it 5G?", ""),
        ("500分钟", "minutes:500 min"),
        ("500 minutes", "minutes:500 min"),
        ("三百分钟通话", "minutes:300 min"),
        ("两小时", "minutes:120 min"),
        ("半小时", "minutes:30 min"),
        ("一个半小时", "minutes:90 min"),
        ("2 hours", "minutes:120 min"),
        ("half an hour", "minutes:30 min"),
        ("5%", "percentage:5 %"),
        ("百分之五", "percentage:5 %"),
        ("百分之十二点五", "percentage:12.5 %"),
        ("5 percent", "percentage:5 %"),
        (
            "128元20G500分钟",
            "amount:128.00 CNY | data-volume:20 GB | minutes:500 min",
        ),
    ]);
}

#[test]
fn phones_and_codes() {
    table(&[
        ("13812345678", "phone:13812345678"),
        ("我的号码是138 1234 5678", "phone:13812345678"),
        ("138-1234-5678", "phone:13812345678"),
        ("+86 13812345678", "phone:13812345678"),
        ("+8613812345678", "phone:13812345678"),
        ("008613812345678", "phone:13812345678"),
        ("一三八一二三四五六七八", "phone:13812345678"),
        ("幺三八幺二三四五六七八", "phone:13812345678"),
        ("010-62345678", "phone:01062345678"),
        ("0755 2345 6789", "phone:075523456789"),
        ("400-810-0000", "phone:4008100000"),
        ("call me at (555) 123-4567", "phone:5551234567"),
        ("+1 415 555 0123", "phone:+14155550123"),
        ("+44 20 7946 0958", "phone:+442079460958"),
        ("my number is 13812345678, thanks", "phone:13812345678"),
        (
            "给13812345678充50元",
            "phone:13812345678 | amount:50.00 CNY",
        ),
        ("123456", "number:123456 | code:123456"),
        ("1234", "number:1234 | code:1234"),
        ("验证码是123456", "number:123456 | code:123456"),
        ("验证码123456", "number:123456 | code:123456"),
        ("the code is 8821", "number:8821 | code:8821"),
        ("it's 123456", "number:123456 | code:123456"),
        ("一二三四五六", "number:123456 | code:123456"),
        ("123", "number:123"),
        ("123456789", "number:123456789"),
        ("123456是什么", "number:123456"),
        ("没收到验证码", ""),
    ]);
}

#[test]
fn dates() {
    table(&[
        ("2026-11-22", "date:2026-11-22"),
        ("2026/1/5", "date:2026-01-05"),
        ("2026.11.22", "date:2026-11-22"),
        ("11/25/2026", "date:2026-11-25"),
        ("2026年11月22日", "date:2026-11-22"),
        ("二零二六年十二月一日", "date:2026-12-01"),
        ("11月22日", "date:2026-11-22"),
        ("11月25号", "date:2026-11-25"),
        ("十二月三号", "date:2026-12-03"),
        ("1月5日", "date:2027-01-05"),
        ("10月1日", "date:2026-10-01"),
        ("12月底", "date:2026-12-31"),
        ("今天", "date:2026-11-22"),
        ("明天", "date:2026-11-23"),
        ("后天", "date:2026-11-24"),
        ("大后天", "date:2026-11-25"),
        ("昨天", "date:2026-11-21"),
        ("三天后", "date:2026-11-25"),
        ("3天之后", "date:2026-11-25"),
        ("两周后", "date:2026-12-06"),
        ("一个月后", "date:2026-12-22"),
        ("三天前", "date:2026-11-19"),
        ("周三", "date:2026-11-25"),
        ("星期天", "date:2026-11-22"),
        ("这周五", "date:2026-11-20"),
        ("下周三", "date:2026-11-25"),
        ("下周一", "date:2026-11-23"),
        ("下下周一", "date:2026-11-30"),
        ("下星期五", "date:2026-11-27"),
        ("上周五", "date:2026-11-13"),
        ("月底", "date:2026-11-30"),
        ("月底前", "until=date:2026-11-30"),
        ("本月底", "date:2026-11-30"),
        ("下个月", "date:2026-12-01"),
        ("下个月3号", "date:2026-12-03"),
        ("下月底", "date:2026-12-31"),
        ("25号", "date:2026-11-25"),
        ("3号", "date:2026-12-03"),
        ("年底", "date:2026-12-31"),
        ("明年3月5日", "date:2027-03-05"),
        ("明年年初", "date:2027-01-01"),
        ("下个月生效", "date:2026-12-01"),
        ("today", "date:2026-11-22"),
        ("tomorrow", "date:2026-11-23"),
        ("the day after tomorrow", "date:2026-11-24"),
        ("yesterday", "date:2026-11-21"),
        ("next Friday", "date:2026-11-27"),
        ("on Friday", "date:2026-11-27"),
        ("this friday", "date:2026-11-20"),
        ("last Monday", "date:2026-11-09"),
        ("end of the month", "date:2026-11-30"),
        ("by the end of the month", "until=date:2026-11-30"),
        ("end of next month", "date:2026-12-31"),
        ("next month", "date:2026-12-01"),
        ("in 3 days", "date:2026-11-25"),
        ("in two weeks", "date:2026-12-06"),
        ("in a week", "date:2026-11-29"),
        ("3 days ago", "date:2026-11-19"),
        ("two weeks from now", "date:2026-12-06"),
        ("Nov 25", "date:2026-11-25"),
        ("November 25th, 2026", "date:2026-11-25"),
        ("25 November", "date:2026-11-25"),
        ("the 3rd of December", "date:2026-12-03"),
        ("22nd November 2027", "date:2027-11-22"),
        ("the 25th", "date:2026-11-25"),
        ("3号线", "number:3"),
        ("may i ask", ""),
        ("2026-13-45", "number:2026 | number:13 | number:45"),
        ("一周三次", "number:1 | number:3"),
        ("每月底", ""),
    ]);
}

#[test]
fn dates_follow_the_time_zone() {
    // 23:30 UTC on the 21st is the 22nd in Shanghai and the 21st in New York.
    for (zone, expected) in [
        ("Asia/Shanghai", "2026-11-22"),
        ("America/New_York", "2026-11-21"),
        ("nowhere", "2026-11-21"),
    ] {
        let context = ParseContext {
            now_ms: 1_795_303_800_000,
            time_zone: zone,
            locale: "en-US",
        };
        let entities = extract("today", &context, &Gazetteer::default());
        assert_eq!(
            entities[0].value,
            Value::Date(expected.to_owned()),
            "{zone}"
        );
    }
    for now_ms in [0, u64::MAX] {
        extract(
            "下个月3号 in 9999 years",
            &ParseContext {
                now_ms,
                time_zone: "UTC",
                locale: "zh-CN",
            },
            &Gazetteer::default(),
        );
    }
}

#[test]
fn roles_and_answers() {
    table(&[
        (
            "从59元换成128元",
            "from=amount:59.00 CNY | to=amount:128.00 CNY",
        ),
        (
            "from 59 yuan to 128 yuan",
            "from=amount:59.00 CNY | to=amount:128.00 CNY",
        ),
        ("改成128", "to=number:128"),
        ("升级到20G", "to=data-volume:20 GB"),
        ("change to the 128 plan", "to=number:128"),
        ("我收到128元账单", "amount:128.00 CNY"),
        ("好的", "yes-no:true"),
        ("不用了", "yes-no:false"),
    ]);
}

fn provinces() -> Model {
    let entry = |kind: &str, value: &str, locale: Option<&str>, name: &str| GazetteerEntry {
        kind: kind.to_owned(),
        value: value.to_owned(),
        locale: locale.map(str::to_owned),
        name: name.to_owned(),
    };
    Model::train(&Training {
        gazetteers: vec![
            entry("province", "Guangdong", Some("zh-CN"), "广东"),
            entry("province", "Guangdong", Some("zh-CN"), "广东省"),
            entry("province", "Guangdong", Some("en-US"), "Guangdong"),
            entry("province", "Beijing", None, "北京"),
            entry("province", "Beijing", None, "Beijing"),
            entry("plan", "p59", None, "畅享套餐"),
            entry("plan", "p59-plus", None, "畅享套餐Plus"),
            entry("plan", "basic", None, "basic"),
            entry("plan", "basic-plus", None, "basic plus"),
        ],
        ..Training::default()
    })
    .unwrap()
}

#[test]
fn names_of_packs() {
    let model = provinces();
    let named = |text: &str| {
        let parsed = model.parse(text, &context("zh-CN"));
        parsed
            .entities
            .iter()
            .filter(|e| e.kind != "place")
            .map(|e| {
                format!(
                    "{}{}:{}",
                    e.role.as_ref().map(|r| format!("{r}=")).unwrap_or_default(),
                    e.kind,
                    e.value
                )
            })
            .collect::<Vec<_>>()
            .join(" | ")
    };
    all_right(
        [
            ("我在广东省", "province:Guangdong"),
            ("广东有什么套餐", "province:Guangdong"),
            ("i live in GUANGDONG", "province:Guangdong"),
            (
                "从广东到北京",
                "from=province:Guangdong | to=province:Beijing",
            ),
            (
                "from Guangdong to Beijing",
                "from=province:Guangdong | to=province:Beijing",
            ),
            ("换成畅享套餐plus", "to=plan:p59-plus"),
            ("换成畅享套餐", "to=plan:p59"),
            ("basic plus please", "plan:basic-plus"),
            ("basic", "plan:basic"),
            ("basically", ""),
            ("basic plusx", "plan:basic"),
            (
                "我从广东省换成北京的畅享套餐 128元",
                "from=province:Guangdong | to=province:Beijing | plan:p59 | amount:128.00 CNY",
            ),
        ]
        .map(|(text, expected)| (text.to_owned(), named(text), expected.to_owned())),
    );
}

#[test]
fn slots_take_what_fits_them() {
    let model = provinces();
    let money = |minor| {
        Value::Money(Money {
            minor,
            currency: "CNY".to_owned(),
        })
    };
    let quantity = |amount, unit: &str| {
        Value::Quantity(Quantity {
            amount,
            unit: unit.to_owned(),
        })
    };
    let rows: Vec<(&str, &str, Option<Value>)> = vec![
        ("amount", "128", Some(money(12_800))),
        ("amount", "128块", Some(money(12_800))),
        ("amount", "从59元换成128元", Some(money(12_800))),
        ("amount", "一百二十八", Some(money(12_800))),
        ("amount", "1234", Some(money(123_400))),
        ("data-volume", "20", Some(quantity(20.0, "GB"))),
        ("data-volume", "500兆", Some(quantity(500.0, "MB"))),
        ("minutes", "500", Some(quantity(500.0, "min"))),
        ("number", "128元", Some(Value::Integer(128))),
        ("number", "两个", Some(Value::Integer(2))),
        (
            "phone",
            "13812345678",
            Some(Value::Text("13812345678".to_owned())),
        ),
        ("phone", "12345", None),
        ("code", "123456", Some(Value::Text("123456".to_owned()))),
        ("date", "明天", Some(Value::Date("2026-11-23".to_owned()))),
        ("date", "whenever", None),
        (
            "date",
            "明天下午三点",
            Some(Value::Date("2026-11-23".to_owned())),
        ),
        ("date", "这周末", Some(Value::Date("2026-11-21".to_owned()))),
        ("amount", "not 59, 128", Some(money(12_800))),
        ("amount", "不是59元", None),
        ("number", "三个月", Some(Value::Integer(3))),
        ("yes-no", "好的", Some(Value::Boolean(true))),
        (
            "province",
            "广东",
            Some(Value::Text("Guangdong".to_owned())),
        ),
        ("province", "火星", None),
        (
            "text",
            "  Some Words ",
            Some(Value::Text("Some Words".to_owned())),
        ),
        ("text", "  ", None),
        ("amount", "3个月28天", None),
    ];
    all_right(rows.into_iter().map(|(kind, text, expected)| {
        (
            format!("{kind}: {text}"),
            entity_for(kind, &model.parse(text, &context("zh-CN"))),
            expected,
        )
    }));
}

/// What a text is read as at another time and place.
fn found_at(text: &str, now: &str, zone: &str, locale: &str) -> String {
    let now: jiff::Timestamp = now.parse().unwrap();
    let context = ParseContext {
        now_ms: u64::try_from(now.as_millisecond()).unwrap(),
        time_zone: zone,
        locale,
    };
    let entities = extract(&normalise(text), &context, &Gazetteer::default());
    let shown = entities.iter().map(|e| format!("{}:{}", e.kind, e.value));
    shown.collect::<Vec<_>>().join(" | ")
}

#[test]
fn clocks_that_change_and_ends_of_months() {
    // Clocks in New York jump from 2:00 to 3:00 on 14 March 2027, and go back from 2:00 to 1:00 on 7 November 2027.
    let (new_york, before) = ("America/New_York", "2027-03-14T06:30:00Z");
    all_right(
        [
            (
                "in one hour",
                before,
                new_york,
                "date-time:2027-03-14T03:30",
            ),
            (
                "2 hours ago",
                before,
                new_york,
                "date-time:2027-03-13T23:30",
            ),
            (
                "today at 2:30 am",
                before,
                new_york,
                "date-time:2027-03-14T03:30",
            ),
            (
                "tomorrow at 2:30 am",
                before,
                new_york,
                "date-time:2027-03-15T02:30",
            ),
            (
                "in 3 hours",
                "2027-11-07T04:30:00Z",
                new_york,
                "date-time:2027-11-07T02:30",
            ),
            (
                "tomorrow",
                "2027-11-07T03:59:00Z",
                new_york,
                "date:2027-11-07",
            ),
            ("tomorrow", "2027-11-07T03:59:00Z", "UTC", "date:2027-11-08"),
            ("一个月后", "2027-01-31T12:00:00Z", "UTC", "date:2027-02-28"),
            ("一个月后", "2028-01-31T12:00:00Z", "UTC", "date:2028-02-29"),
            ("一年后", "2028-02-29T12:00:00Z", "UTC", "date:2029-02-28"),
            (
                "下个月31号",
                "2027-03-10T12:00:00Z",
                "UTC",
                "date:2027-04-30",
            ),
            ("31号", "2027-04-10T12:00:00Z", "UTC", "date:2027-05-31"),
            ("2月29日", "2027-01-10T12:00:00Z", "UTC", "date:2028-02-29"),
            (
                "end of February",
                "2028-01-10T12:00:00Z",
                "UTC",
                "date:2028-02-29",
            ),
            (
                "tonight at 12",
                "2026-12-31T12:00:00Z",
                "UTC",
                "date-time:2027-01-01T00:00",
            ),
        ]
        .map(|(text, now, zone, expected)| {
            let found = found_at(text, now, zone, "en-US");
            (format!("{text} at {now}"), found, expected.to_owned())
        }),
    );
    let now = "2026-11-22T12:00:00Z";
    for (locale, expected) in [("en-US", "date:2025-05-03"), ("en-GB", "date:2025-03-05")] {
        assert_eq!(
            found_at("5/3/2025", now, "UTC", locale),
            expected,
            "{locale}"
        );
    }
}
