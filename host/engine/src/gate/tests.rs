use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

const SEATS: usize = 16;

fn pack(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

fn in_time() -> Instant {
    Instant::now() + Duration::from_secs(5)
}

async fn enter(gate: &Arc<Gate>, name: &str) -> Place {
    gate.enter(pack(name), in_time()).await.unwrap()
}

async fn until_waiting(gate: &Arc<Gate>, count: usize) {
    while gate.0.lock().waiting() < count {
        tokio::task::yield_now().await;
    }
}

fn spawn_enter(gate: &Arc<Gate>, name: &str) -> tokio::task::JoinHandle<Place> {
    let (gate, pack) = (Arc::clone(gate), pack(name));
    tokio::spawn(async move { gate.enter(pack, in_time()).await.unwrap() })
}

#[tokio::test]
async fn a_pack_alone_uses_every_slot() {
    let gate = Gate::new(2, SEATS);
    let first = enter(&gate, "a").await;
    let second = enter(&gate, "a").await;
    std::thread::sleep(LONG);
    let long = (first.give_way().await, second.give_way().await);
    drop(long);
    assert!(gate.0.lock().is_empty(SEATS));
}

#[tokio::test]
async fn the_pack_that_computed_least_goes_first() {
    let gate = Gate::new(1, SEATS);
    let running = enter(&gate, "greedy").await;
    gate.0.lock().charge(pack("greedy"), 1_000_000);
    let greedy = spawn_enter(&gate, "greedy");
    let modest = spawn_enter(&gate, "modest");
    until_waiting(&gate, 2).await;
    drop(running);
    let place = modest.await.unwrap();
    assert!(
        !greedy.is_finished(),
        "the greedy pack waits although it asked first"
    );
    drop(place);
    drop(greedy.await.unwrap());
    assert!(gate.0.lock().is_empty(SEATS));
}

#[tokio::test]
async fn who_worked_alone_for_long_owes_nothing_to_a_newcomer() {
    let gate = Gate::new(1, SEATS);
    for _ in 0..3 {
        let _place = enter(&gate, "old").await;
        gate.0.lock().charge(pack("old"), 1_000_000);
    }
    let running = enter(&gate, "new").await;
    gate.0.lock().charge(pack("new"), 1_500_000);
    let new = spawn_enter(&gate, "new");
    let old = spawn_enter(&gate, "old");
    until_waiting(&gate, 2).await;
    drop(running);
    let place = old.await.unwrap();
    assert!(!new.is_finished(), "the newcomer has had its share");
    drop(place);
    drop(new.await.unwrap());
}

#[tokio::test]
async fn a_long_step_gives_way_at_the_next_tick() {
    let gate = Gate::new(1, SEATS);
    let long = enter(&gate, "long").await;
    let short = spawn_enter(&gate, "short");
    until_waiting(&gate, 1).await;
    std::thread::sleep(LONG);
    let long = tokio::spawn(long.give_way());
    let place = short.await.unwrap();
    assert!(!long.is_finished());
    drop(place);
    drop(long.await.unwrap());
    assert!(gate.0.lock().is_empty(SEATS));
}

#[tokio::test]
async fn long_steps_leave_half_of_the_slots_to_others() {
    let gate = Gate::new(2, SEATS);
    drop(enter(&gate, "short").await);
    let first = enter(&gate, "long").await;
    let second = enter(&gate, "long").await;
    std::thread::sleep(LONG);
    let first = first.give_way().await;
    let second = tokio::spawn(second.give_way());
    until_waiting(&gate, 1).await;
    // A pack finishes what it began: a third step would only wait like the second one.
    let third = spawn_enter(&gate, "long");
    until_waiting(&gate, 2).await;
    drop(enter(&gate, "short").await);
    assert!(!second.is_finished() && !third.is_finished());
    drop(first);
    drop(second.await.unwrap());
    drop(third.await.unwrap());
    assert!(gate.0.lock().is_empty(SEATS));
}

#[tokio::test]
async fn packs_that_compute_without_end_share_equally() {
    let gate = Gate::new(1, SEATS);
    let done = AtomicUsize::new(0);
    let work = |name: &'static str| {
        let (gate, done) = (Arc::clone(&gate), &done);
        async move {
            while done.load(Ordering::Relaxed) < 40 {
                let mut place = enter(&gate, name).await;
                for _ in 0..2 {
                    std::thread::sleep(LONG);
                    place = place.give_way().await;
                    tokio::task::yield_now().await;
                }
                drop(place);
                done.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
            }
        }
    };
    // One pack has three steps waiting at any time, the other one.
    tokio::join!(work("many"), work("many"), work("many"), work("one"));
    // In time, not in steps: on a loaded machine some take longer.
    let [many, one] = ["many", "one"].map(|name| gate.0.lock().share(pack(name)).used);
    assert!(
        one * 3 > many * 2,
        "{many} µs of one pack, {one} µs of the other"
    );
}

#[tokio::test]
async fn a_pack_whose_back_end_hangs_leaves_seats() {
    let gate = Gate::new(1, 8);
    let mut hanging = Vec::new();
    for _ in 0..4 {
        let mut place = enter(&gate, "hangs").await;
        place.rest();
        hanging.push(place);
    }
    let fifth = spawn_enter(&gate, "hangs");
    until_waiting(&gate, 1).await;
    drop(enter(&gate, "other").await);
    assert!(!fifth.is_finished());
    let back = hanging.pop().unwrap().go_on().await;
    assert!(!fifth.is_finished());
    drop(back);
    drop(fifth.await.unwrap());
    drop(hanging);
    assert!(gate.0.lock().is_empty(8));
}

#[test]
fn who_would_wait_in_vain_is_told_at_once() {
    let mut queues = Queues::new(1, SEATS);
    let start = Instant::now();
    let (second, patience) = (Duration::from_secs(1), Duration::from_secs(5));
    let mut waiting = Vec::new();
    let mut wait = |now: Instant| -> Result<(), NoTime> {
        let share = queues.share(pack("slow"));
        waiting.push(share.wait(now, now + patience)?);
        Ok(())
    };
    for _ in 0..20 {
        wait(start).unwrap();
    }
    let refused = wait(start + second).unwrap_err();
    assert_eq!(refused.waiting, 20, "none of them began in a second");
    waiting.clear();
    let share = queues.share(pack("slow"));
    assert!(
        share
            .wait(start + second, start + second + patience)
            .is_ok(),
        "all of them left"
    );
}

#[tokio::test]
async fn a_caller_that_gives_up_leaves_no_hole() {
    let gate = Gate::new(1, SEATS);
    let running = enter(&gate, "a").await;
    let waiting = spawn_enter(&gate, "b");
    until_waiting(&gate, 1).await;
    waiting.abort();
    assert!(waiting.await.is_err());
    drop(running);
    drop(enter(&gate, "c").await);
    assert!(gate.0.lock().is_empty(SEATS));
}
