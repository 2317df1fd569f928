//! A conversation with the real table of plans, a carrier that answers from memory, and checks that hold
//! for every reply: its step and slots are in the manifest, its texts in both languages.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use jackfield_sdk::{
    Failure, NamedValue, Request, Response, Value,
    testing::Conversation,
    wire::{Body, Reply, Turn},
};

const TYPES: [(&str, &str); 5] = [
    ("price", "money:CNY"),
    ("data_gb", "integer"),
    ("voice_min", "integer"),
    ("validity_months", "integer"),
    ("contract_months", "integer"),
];

/// How the carrier behaves; a test may change it in the middle.
pub(crate) type Carrier = Rc<RefCell<Result<(), Failure>>>;

/// A conversation with the flow, and its carrier.
pub(crate) fn talk(flow: &str) -> (Conversation, Carrier) {
    let carrier: Carrier = Rc::new(RefCell::new(Ok(())));
    let answers = Rc::clone(&carrier);
    let talk = Conversation::new(jackfield_telecom::handle, flow)
        .with_table_csv("plans", &TYPES, include_str!("../../data/plans.csv"))
        .with_http(move |request| answers.borrow().clone().map(|()| answer(request)))
        .with_check(check);
    (talk, carrier)
}

fn answer(request: &Request) -> Response {
    let phone = request
        .url
        .strip_prefix("{config:carrier-base}/subscribers/")
        .unwrap();
    let subscriber = |province, plan, zh, en, price, audience, used, contract| {
        format!(
            r#"{{"phone":"{phone}","name":"林晓","province":"{province}","plan_id":"{plan}","plan_name_zh":"{zh}",
            "plan_name_en":"{en}","price_minor":{price},"balance_minor":{},"data_total_mb":8192,"data_used_mb":{used},
            "voice_total_min":110,"voice_used_min":27,"cycle_end":"2026-11-30","audience":"{audience}",
            "contract_until":{contract}}}"#,
            if phone == "18600186008" { -1860 } else { 5000 },
        )
    };
    let value4g = ("bj-4g-38-01", "京华惠享4G 38档", "Jinghua Value 4G 38");
    let youth = ("zj-5g-39-04", "之江青春5G 39档", "Zhijiang Youth 5G 39");
    let body = match phone {
        "13800138001" | "18600186008" => Some(subscriber(
            "beijing", value4g.0, value4g.1, value4g.2, 3800, "all", 3276, "null",
        )),
        "13600136004" => Some(subscriber(
            "beijing", value4g.0, value4g.1, value4g.2, 3800, "all", 8192, "null",
        )),
        "13700137003" => Some(subscriber(
            "beijing",
            value4g.0,
            value4g.1,
            value4g.2,
            3800,
            "all",
            0,
            "\"2027-12-31\"",
        )),
        "13900139002" => Some(subscriber(
            "zhejiang",
            youth.0,
            youth.1,
            youth.2,
            3900,
            "student",
            0,
            "\"2026-11-21\"",
        )),
        _ => None,
    };
    match body {
        Some(body) => Response {
            status: 200,
            headers: Vec::new(),
            body,
        },
        None => Response {
            status: 404,
            headers: Vec::new(),
            body: r#"{"error":"unknown-subscriber"}"#.to_owned(),
        },
    }
}

thread_local! {
    static CATALOGUES: [FluentBundle<FluentResource>; 2] = [
        bundle("zh-CN", include_str!("../../locales/zh-CN/text.ftl")),
        bundle("en-US", include_str!("../../locales/en-US/text.ftl")),
    ];
    static MANIFEST: toml::Table = include_str!("../../pack.toml").parse().unwrap();
}

fn bundle(locale: &str, text: &str) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new(vec![locale.parse().unwrap()]);
    bundle
        .add_resource(FluentResource::try_new(text.to_owned()).unwrap())
        .unwrap();
    bundle
}

fn check(turn: &Turn, reply: &Reply) {
    MANIFEST.with(|manifest| {
        let flow = &manifest["flows"][&turn.flow];
        let steps = flow["steps"].as_array().unwrap();
        assert!(
            steps.iter().any(|step| step.as_str() == Some(&reply.step)),
            "step {:?} is not listed",
            reply.step
        );
        for slot in &reply.slots {
            assert!(
                flow["slots"].get(&slot.name).is_some(),
                "slot {:?} is not declared",
                slot.name
            );
        }
    });
    let state: serde_json::Value = serde_json::from_str(&reply.state).unwrap();
    let schema = std::fs::read_to_string(format!(
        "{}/schemas/{}.json",
        env!("CARGO_MANIFEST_DIR"),
        turn.flow
    ))
    .unwrap();
    if let Err(error) = jsonschema::validate(&serde_json::from_str(&schema).unwrap(), &state) {
        panic!("the state breaks its schema: {error}");
    }
    let mut bodies = Vec::new();
    bodies.extend(&reply.expects.reprompt);
    for message in &reply.messages {
        bodies.push(&message.body);
        bodies.extend(message.choices.iter().map(|choice| &choice.label));
        if let Some(card) = &message.card {
            bodies.push(&card.title);
            bodies.extend(card.facts.iter().flat_map(|(label, value)| [label, value]));
        }
    }
    for body in bodies {
        if let Body::Template(template) = body {
            CATALOGUES.with(|catalogues| {
                for catalogue in catalogues {
                    render(catalogue, &template.key, &template.arguments);
                }
            });
        }
    }
}

fn render(catalogue: &FluentBundle<FluentResource>, key: &str, arguments: &[NamedValue]) -> String {
    let locale = &catalogue.locales[0];
    let message = catalogue
        .get_message(key)
        .unwrap_or_else(|| panic!("{key} is missing in {locale}"));
    let values: HashMap<&str, String> = arguments
        .iter()
        .map(|argument| (argument.name.as_str(), plain(&argument.value)))
        .collect();
    let args: FluentArgs<'_> = values
        .iter()
        .map(|(name, value)| (*name, FluentValue::from(value.as_str())))
        .collect();
    let mut errors = Vec::new();
    let text = catalogue
        .format_pattern(message.value().unwrap(), Some(&args), &mut errors)
        .into_owned();
    assert!(errors.is_empty(), "{key} in {locale}: {errors:?}");
    for (name, value) in values {
        // An argument that one language never uses may be right; one that is empty is not.
        assert!(!value.is_empty(), "{key}: argument {name} is empty");
    }
    text
}

fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Date(text) | Value::Json(text) => text.clone(),
        Value::Money(money) => format!("¥{}.{:02}", money.minor / 100, money.minor % 100),
        Value::Quantity(quantity) => format!("{} {}", quantity.amount, quantity.unit),
        Value::Integer(number) => number.to_string(),
        other => format!("{other:?}"),
    }
}
