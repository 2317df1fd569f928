//! Subscribers, made up from their phone number: the same number is always the same person.

use jiff::civil::Date;
use serde::Serialize;

use crate::plan::{Audience, Catalogue, Plan};
use crate::province::{self, PROVINCES, Province};

/// What the operator knows of a number before any plan change.
#[derive(Debug, Clone)]
pub(crate) struct Subscriber {
    pub(crate) phone: String,
    pub(crate) name: String,
    pub(crate) province: &'static Province,
    pub(crate) audience: Audience,
    pub(crate) plan: Plan,
    pub(crate) contract_until: Option<Date>,
    balance_minor: i64,
    /// How much of the allowance is used, in thousandths.
    data_used: u64,
    voice_used: u64,
}

/// The answer to `GET /subscribers/{phone}`.
#[derive(Debug, Serialize)]
pub(crate) struct SubscriberView {
    phone: String,
    name: String,
    province: &'static str,
    plan_id: String,
    plan_name_zh: String,
    plan_name_en: String,
    price_minor: i64,
    balance_minor: i64,
    data_total_mb: u64,
    data_used_mb: u64,
    voice_total_min: u64,
    voice_used_min: u64,
    cycle_end: String,
    audience: Audience,
    contract_until: Option<String>,
}

/// The numbers that the README promises certain properties for.
struct Known {
    phone: &'static str,
    name: &'static str,
    province: &'static str,
    audience: Audience,
    plan: &'static str,
    contract_until: Option<Date>,
    balance_minor: i64,
    data_used: u64,
}

const fn known(
    phone: &'static str,
    name: &'static str,
    province: &'static str,
    plan: &'static str,
) -> Known {
    Known {
        phone,
        name,
        province,
        plan,
        audience: Audience::All,
        contract_until: None,
        balance_minor: 5_000,
        data_used: 400,
    }
}

/// The last day of the contract of 13700137003.
const LONG_CONTRACT: Date = jiff::civil::date(2027, 12, 31);

const KNOWN: [Known; 8] = [
    known("13800138001", "林晓", "beijing", "bj-4g-38-01"),
    Known {
        audience: Audience::Student,
        ..known("13900139002", "陈一帆", "zhejiang", "zj-5g-39-04")
    },
    Known {
        contract_until: Some(LONG_CONTRACT),
        ..known("13700137003", "黄志强", "guangdong", "gd-5g-102-01")
    },
    Known {
        data_used: 1_000,
        ..known("13600136004", "何秀英", "sichuan", "sc-4g-29-01")
    },
    Known {
        audience: Audience::Business,
        ..known("13500135005", "顾明远", "shanghai", "sh-5g-219-01")
    },
    Known {
        audience: Audience::Senior,
        ..known("13300133006", "周桂兰", "hubei", "hb-4g-19-04")
    },
    Known {
        audience: Audience::New,
        ..known("18800188007", "徐子涵", "jiangsu", "js-5g-59-01")
    },
    Known {
        balance_minor: -1_860,
        ..known("18600186008", "孔令军", "shandong", "sd-5g-79-01")
    },
];

const SURNAMES: [&str; 16] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "马", "朱", "胡", "郭",
];
const GIVEN_NAMES: [&str; 16] = [
    "思远", "雨桐", "建国", "丽华", "子轩", "婷婷", "文博", "晓燕", "海涛", "佳怡", "志伟", "春梅",
    "宇航", "静", "磊", "梦洁",
];

/// The subscriber with this number. `None` when it is no mainland mobile number or ends in 0000.
pub(crate) fn find(phone: &str, catalogue: &Catalogue) -> Option<Subscriber> {
    if !is_mobile(phone) || phone.ends_with("0000") {
        return None;
    }
    let mut dice = Dice::of(phone);
    if let Some(known) = KNOWN.iter().find(|known| known.phone == phone) {
        let province = province::by_id(known.province)?;
        // A table of one's own need not hold the plans of the well-known numbers.
        let plan = match catalogue.get(known.plan) {
            Some(plan) => plan.clone(),
            None => any_plan(catalogue, province, known.audience, &mut dice)?,
        };
        return Some(Subscriber {
            phone: phone.to_owned(),
            name: known.name.to_owned(),
            province,
            audience: known.audience,
            plan,
            contract_until: known.contract_until,
            balance_minor: known.balance_minor,
            data_used: known.data_used,
            voice_used: 250,
        });
    }
    let province = PROVINCES.get(dice.roll(PROVINCES.len()))?;
    let audience = match dice.roll(10) {
        0..6 => Audience::All,
        6 => Audience::New,
        7 => Audience::Student,
        8 => Audience::Senior,
        _ => Audience::Business,
    };
    let plan = any_plan(catalogue, province, audience, &mut dice)?;
    // Contracts were signed within the year 2026 and run on from there.
    let contract_until = (plan.contract_months > 0)
        .then(|| end_of_contract(jiff::civil::date(2026, 1, 15), dice.roll(12), &plan))
        .flatten();
    Some(Subscriber {
        phone: phone.to_owned(),
        name: format!(
            "{}{}",
            SURNAMES.get(dice.roll(SURNAMES.len()))?,
            GIVEN_NAMES.get(dice.roll(GIVEN_NAMES.len()))?
        ),
        province,
        audience,
        plan,
        contract_until,
        balance_minor: 200 + dice.roll(19_800) as i64,
        data_used: dice.roll(1_001) as u64,
        voice_used: dice.roll(1_001) as u64,
    })
}

impl Subscriber {
    /// Puts the subscriber on another plan from `day` on; a contract that the plan asks for starts then.
    pub(crate) fn put_on(&mut self, plan: &Plan, day: Date) {
        self.contract_until = (plan.contract_months > 0)
            .then(|| end_of_contract(day, 0, plan))
            .flatten();
        self.plan = plan.clone();
    }

    /// The contract's last day while it still runs.
    pub(crate) fn running_contract(&self, today: Date) -> Option<Date> {
        self.contract_until.filter(|until| *until >= today)
    }

    /// The subscriber as the API shows it.
    pub(crate) fn view(&self, today: Date) -> SubscriberView {
        let data_total_mb = u64::from(self.plan.data_gb) * 1024;
        let voice_total_min = u64::from(self.plan.voice_min);
        SubscriberView {
            phone: self.phone.clone(),
            name: self.name.clone(),
            province: self.province.id,
            plan_id: self.plan.plan_id.clone(),
            plan_name_zh: self.plan.name_zh.clone(),
            plan_name_en: self.plan.name_en.clone(),
            price_minor: self.plan.price.0,
            balance_minor: self.balance_minor,
            data_total_mb,
            data_used_mb: data_total_mb * self.data_used / 1_000,
            voice_total_min,
            voice_used_min: voice_total_min * self.voice_used / 1_000,
            cycle_end: today.last_of_month().to_string(),
            audience: self.audience,
            contract_until: self.running_contract(today).map(|day| day.to_string()),
        }
    }
}

fn is_mobile(phone: &str) -> bool {
    matches!(phone.as_bytes(), [b'1', b'3'..=b'9', rest @ ..] if rest.len() == 9 && rest.iter().all(u8::is_ascii_digit))
}

/// One of the province's plans that suits this audience. One in eight is a plan with a contract.
fn any_plan(
    catalogue: &Catalogue,
    province: &Province,
    audience: Audience,
    dice: &mut Dice,
) -> Option<Plan> {
    let bound = dice.roll(8) == 0;
    // Plans for new customers bind everybody who takes them, so new customers are on other plans.
    let audience = if audience == Audience::New {
        Audience::All
    } else {
        audience
    };
    let all: Vec<&Plan> = catalogue.of_province(province.id).collect();
    let fitting: Vec<&Plan> = all
        .iter()
        .copied()
        .filter(|plan| plan.audience == audience && (plan.contract_months > 0) == bound)
        .collect();
    let plans = if fitting.is_empty() { all } else { fitting };
    plans
        .get(dice.roll(plans.len()))
        .map(|plan| (*plan).clone())
}

fn end_of_contract(signed: Date, months_later: usize, plan: &Plan) -> Option<Date> {
    let months = i64::try_from(months_later).ok()? + i64::from(plan.contract_months);
    signed
        .checked_add(jiff::Span::new().try_months(months).ok()?)
        .ok()
        .map(Date::last_of_month)
}

/// Numbers that follow from a phone number (splitmix64).
struct Dice(u64);

impl Dice {
    fn of(phone: &str) -> Self {
        Self(
            phone
                .bytes()
                .fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')),
        )
    }

    /// The next number below `sides`; 0 when there are no sides.
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % (sides.max(1) as u64)).unwrap_or(0)
    }
}
