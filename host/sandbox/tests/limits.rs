//! Every limit has a default, a guest that tries it, an error code, a metric and a line in docs/limits.md.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use jackfield_core::{ErrorCode, Limits};
use jackfield_sandbox::guests::{Ends, hostile};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The fields of `Limits` with their defaults as the page writes them.
fn fields() -> BTreeMap<&'static str, String> {
    // Destructured, so that a new field does not compile until it is named here.
    let Limits {
        memory,
        table_elements,
        fuel,
        guest_time,
        host_calls,
        log,
        lifted,
        steps,
        turn_time,
        http_reads,
        http_response,
        reply,
        state,
        state_depth,
        storage,
        storage_writes,
        answers,
        component,
        pack,
    } = Limits::default();
    let millis = |time: Duration| format!("{} ms", time.as_millis());
    BTreeMap::from([
        ("memory", bytes(memory)),
        ("table_elements", table_elements.to_string()),
        ("fuel", fuel.to_string()),
        ("guest_time", millis(guest_time)),
        ("host_calls", host_calls.to_string()),
        ("log", bytes(log)),
        ("lifted", bytes(lifted)),
        ("steps", steps.to_string()),
        ("turn_time", millis(turn_time)),
        ("http_reads", http_reads.to_string()),
        ("http_response", bytes(http_response)),
        ("reply", bytes(reply)),
        ("state", bytes(state)),
        ("state_depth", state_depth.to_string()),
        ("storage", bytes(storage)),
        ("storage_writes", bytes(storage_writes)),
        ("answers", bytes(answers)),
        ("component", bytes(component)),
        ("pack", bytes(pack)),
    ])
}

fn bytes(bytes: usize) -> String {
    match bytes {
        bytes if bytes.is_multiple_of(1 << 20) => format!("{} MiB", bytes >> 20),
        bytes => format!("{} KiB", bytes >> 10),
    }
}

fn read(path: impl AsRef<Path>) -> String {
    let path = Path::new(ROOT).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rows of the page: limit, default, bounds, at the limit, code, metric, enforced in, tried by.
fn rows() -> BTreeMap<String, Vec<String>> {
    let page = read("docs/limits.md");
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells = row.trim_matches('|').split(" | ");
        let mut cells = cells.map(|cell| cell.trim().trim_matches('`').to_owned());
        (cells.next().unwrap(), cells.collect())
    })
    .collect()
}

#[test]
fn every_limit_stands_on_the_page_with_everything_it_needs() {
    let (fields, rows, guests) = (fields(), rows(), hostile());
    let (expected, found): (Vec<_>, Vec<_>) = (fields.keys().collect(), rows.keys().collect());
    assert_eq!(expected, found);
    let metrics = read("host/sandbox/src/metrics.rs") + &read("host/engine/src/turn/blame.rs");
    let archives = read("host/packs/src/tests/build.rs");
    for (limit, default) in fields {
        let [written, _, _, code, metric, place, tried_by] = rows[limit].as_slice() else {
            panic!("{limit}: {:?}", rows[limit]);
        };
        assert_eq!(*written, default, "{limit}");
        let known = ErrorCode::ALL.iter().find(|known| known.as_str() == code);
        assert!(
            known.is_some() || limit == "http_response",
            "{limit}: {code}"
        );
        let metric = match metric.as_str() {
            "steps" => "jackfield_sandbox_steps_total",
            "refused" => "jackfield_sandbox_refused_total",
            metric => metric,
        };
        let no_metric = metric == "–" && matches!(limit, "component" | "pack");
        assert!(
            no_metric || metrics.contains(&format!("\"{metric}\"")),
            "{limit}: {metric}"
        );
        assert!(
            read(place).contains(limit),
            "{limit} is not mentioned in {place}"
        );
        if limit == "pack" {
            assert!(archives.contains(&format!("fn {tried_by}()")), "{tried_by}");
            continue;
        }
        let guest = guests.iter().find(|guest| guest.name == tried_by);
        let guest = guest.unwrap_or_else(|| panic!("{limit}: no guest {tried_by}"));
        assert_eq!(guest.limit, Some(limit), "{tried_by}");
        if let Ends::Refused(code) | Ends::Stopped(code) | Ends::TurnStopped(code) = guest.ends {
            assert_eq!(Some(&code), known, "{tried_by}");
        }
    }
    for guest in guests {
        let limit = guest.limit;
        assert!(
            limit.is_none_or(|limit| rows.contains_key(limit)),
            "{} names no limit",
            guest.name
        );
    }
}
