//! Writes the telecom pack's table of plans to standard output:
//!
//! ```sh
//! cargo run -p carrier-api --example generate_plans > /tmp/plans.csv && mv /tmp/plans.csv plugins/telecom/data/plans.csv
//! ```
//!
//! The same program always writes the same file: prices follow from a national list and the
//! province's price level, and the small differences between provinces from `SEED`. Names are invented.

use std::collections::HashMap;
use std::io::{self, Write};

use carrier_api::{Audience, PROVINCES, Plan, Price, Province};

/// Change it, and the provinces' differences change.
const SEED: u64 = 20_260_101;

/// How a tier divides its price between data and calls.
struct Mix {
    zh: &'static str,
    en: &'static str,
    data_percent: u64,
    voice_percent: u64,
}

const BALANCED: Mix = Mix {
    zh: "",
    en: "",
    data_percent: 100,
    voice_percent: 100,
};
const DATA: Mix = Mix {
    zh: " 流量版",
    en: " Data",
    data_percent: 150,
    voice_percent: 40,
};
const ONLY_DATA: Mix = Mix {
    zh: "",
    en: "",
    data_percent: 150,
    voice_percent: 40,
};
const VOICE: Mix = Mix {
    zh: " 语音版",
    en: " Voice",
    data_percent: 50,
    voice_percent: 220,
};

/// One line of products, sold in every province.
struct Family {
    zh: &'static str,
    en: &'static str,
    network: &'static str,
    audience: Audience,
    /// National list prices of a month in yuan, ascending.
    tiers: &'static [u64],
    mixes: &'static [Mix],
    /// Months of contract on offer; a contract lowers the price by 10 % a year.
    contracts: &'static [u32],
    /// MB for each yuan of list price at the cheapest tier; dearer tiers get up to twice as much.
    mb_per_yuan: u64,
    /// Seconds of calls for each yuan of list price.
    seconds_per_yuan: u64,
    notes_zh: &'static str,
    notes_en: &'static str,
}

const FAMILIES: &[Family] = &[
    Family {
        zh: "畅享",
        en: "Enjoy",
        network: "5G",
        audience: Audience::All,
        tiers: &[39, 59, 79, 99, 128, 158, 188, 228, 268, 328],
        mixes: &[BALANCED, DATA, VOICE],
        contracts: &[0, 12, 24],
        mb_per_yuan: 310,
        seconds_per_yuan: 260,
        notes_zh: "全国通用流量",
        notes_en: "Data usable nationwide",
    },
    Family {
        zh: "惠享",
        en: "Value",
        network: "4G",
        audience: Audience::All,
        tiers: &[9, 19, 29, 38, 48, 58],
        mixes: &[BALANCED, DATA, VOICE],
        contracts: &[0, 12],
        mb_per_yuan: 130,
        seconds_per_yuan: 170,
        notes_zh: "不含5G服务",
        notes_en: "No 5G",
    },
    Family {
        zh: "青春",
        en: "Youth",
        network: "5G",
        audience: Audience::Student,
        tiers: &[19, 29, 39, 49, 69, 99],
        mixes: &[BALANCED, DATA, VOICE],
        contracts: &[0, 12],
        mb_per_yuan: 700,
        seconds_per_yuan: 200,
        notes_zh: "限在校学生",
        notes_en: "Students only",
    },
    Family {
        zh: "银龄",
        en: "Silver",
        network: "4G",
        audience: Audience::Senior,
        tiers: &[8, 15, 19, 29, 39, 59],
        mixes: &[BALANCED, VOICE],
        contracts: &[0, 12],
        mb_per_yuan: 150,
        seconds_per_yuan: 480,
        notes_zh: "限60岁以上",
        notes_en: "Age 60 and over",
    },
    Family {
        zh: "银龄",
        en: "Silver",
        network: "5G",
        audience: Audience::Senior,
        tiers: &[29, 39, 59, 79, 99, 129],
        mixes: &[BALANCED, VOICE],
        contracts: &[0, 12],
        mb_per_yuan: 260,
        seconds_per_yuan: 420,
        notes_zh: "限60岁以上",
        notes_en: "Age 60 and over",
    },
    Family {
        zh: "商务",
        en: "Business",
        network: "5G",
        audience: Audience::Business,
        tiers: &[99, 139, 169, 199, 259, 299, 399, 599],
        mixes: &[BALANCED, DATA, VOICE],
        contracts: &[0, 12, 24],
        mb_per_yuan: 330,
        seconds_per_yuan: 420,
        notes_zh: "限政企客户",
        notes_en: "Business accounts",
    },
    Family {
        zh: "迎新",
        en: "Welcome",
        network: "5G",
        audience: Audience::New,
        tiers: &[19, 29, 39, 59, 79, 99, 129],
        mixes: &[BALANCED, DATA, VOICE],
        contracts: &[6],
        mb_per_yuan: 620,
        seconds_per_yuan: 250,
        notes_zh: "限新入网客户",
        notes_en: "New customers only",
    },
    Family {
        zh: "合家",
        en: "Home",
        network: "5G",
        audience: Audience::All,
        tiers: &[109, 149, 179, 209, 249, 309],
        mixes: &[BALANCED, DATA],
        contracts: &[0, 12, 24],
        mb_per_yuan: 360,
        seconds_per_yuan: 360,
        notes_zh: "可加3张副卡",
        notes_en: "Up to 3 extra SIMs",
    },
    Family {
        zh: "尽兴",
        en: "Max",
        network: "5G",
        audience: Audience::All,
        tiers: &[49, 69, 89, 119, 159, 199],
        mixes: &[ONLY_DATA],
        contracts: &[0, 12, 24],
        mb_per_yuan: 420,
        seconds_per_yuan: 120,
        notes_zh: "可开热点共享",
        notes_en: "Hotspot included",
    },
];

fn main() -> io::Result<()> {
    write_plans(io::stdout().lock())
}

/// Writes the whole table.
pub(crate) fn write_plans(out: impl Write) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(out);
    for province in &PROVINCES {
        for plan in plans_of(province) {
            out.serialize(plan).map_err(io::Error::other)?;
        }
    }
    out.flush()
}

/// All plans of a province, in the order of the families.
fn plans_of(province: &Province) -> Vec<Plan> {
    let mut plans = Vec::new();
    let mut numbers: HashMap<String, u32> = HashMap::new();
    for family in FAMILIES {
        let generosity = 92 + random(province.id, family.en) % 17;
        let mut previous = 0;
        for (rank, list) in family.tiers.iter().enumerate() {
            let price = local_price(*list, province.level, previous);
            previous = price;
            // Dearer tiers give more for a yuan: from 100 % at the bottom to 200 % at the top.
            let bonus = 100 + 100 * rank as u64 / (family.tiers.len() as u64 - 1);
            for mix in family.mixes {
                for contract in family.contracts {
                    let data_mb = list * family.mb_per_yuan * bonus * generosity * mix.data_percent
                        / 1_000_000;
                    let minutes = list * family.seconds_per_yuan * generosity * mix.voice_percent
                        / 10_000
                        / 60;
                    let fen = price * (1000 - 100 * u64::from(contract / 12)) / 10;
                    let stem = format!(
                        "{}-{}-{}",
                        province.code,
                        family.network.to_lowercase(),
                        fen / 100
                    );
                    let number = numbers.entry(stem.clone()).or_default();
                    *number += 1;
                    plans.push(Plan {
                        plan_id: format!("{stem}-{number:02}"),
                        name_zh: name_zh(province, family, price, mix, *contract),
                        name_en: name_en(province, family, price, mix, *contract),
                        province: province.id.to_owned(),
                        price: Price(fen as i64),
                        data_gb: round(data_mb / 1024, 1),
                        voice_min: round(minutes, 10),
                        validity_months: (*contract).max(12),
                        network: family.network.to_owned(),
                        audience: family.audience,
                        contract_months: *contract,
                        notes_zh: family.notes_zh.to_owned(),
                        notes_en: family.notes_en.to_owned(),
                    });
                }
            }
        }
    }
    plans
}

fn name_zh(province: &Province, family: &Family, price: u64, mix: &Mix, contract: u32) -> String {
    let term = if contract == 0 {
        String::new()
    } else {
        format!(" {contract}个月约")
    };
    format!(
        "{}{}{} {price}档{}{term}",
        province.brand_zh, family.zh, family.network, mix.zh
    )
}

fn name_en(province: &Province, family: &Family, price: u64, mix: &Mix, contract: u32) -> String {
    let term = if contract == 0 {
        String::new()
    } else {
        format!(" {contract}-month")
    };
    format!(
        "{} {} {} {price}{}{term}",
        province.brand_en, family.en, family.network, mix.en
    )
}

/// The list price at the province's level, ending in 8 or 9 like list prices do, above `previous`.
fn local_price(list: u64, level: u32, previous: u64) -> u64 {
    if level == 100 {
        return list;
    }
    let aim = (list * u64::from(level) + 50) / 100;
    let ending = list % 10;
    let below = aim.saturating_sub((aim + 10 - ending) % 10);
    let near = if aim - below > 5 { below + 10 } else { below };
    near.max(if previous == 0 { 5 } else { previous + 1 })
}

/// Rounds the way price lists do: 7, 15, 30, 110, 450. Never below `least`.
fn round(value: u64, least: u64) -> u32 {
    let unit = match value {
        0..20 => 1,
        20..100 => 5,
        100..500 => 10,
        _ => 50,
    };
    let rounded = (value / unit * unit).max(least);
    u32::try_from(rounded).unwrap_or(u32::MAX)
}

/// A number that depends on the seed and two names only (FNV-1a, then a final mix).
fn random(first: &str, second: &str) -> u64 {
    let hash = [first, "/", second]
        .iter()
        .flat_map(|part| part.bytes())
        .fold(0xcbf2_9ce4_8422_2325 ^ SEED, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let mixed = (hash ^ (hash >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 29)
}
