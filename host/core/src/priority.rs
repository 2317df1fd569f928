//! How much the calling thread wants a processor.

/// Only where nobody else wants it: for what can wait, and has as long as it takes.
///
/// Linux runs a thread of the policy `SCHED_IDLE` only where nothing else wants to run, and takes the processor from
/// it at once when something does (`sched(7)`). A large nice value does not: who has it keeps the processor until its
/// slice of some milliseconds is over. A thread cannot come back from it without privileges. On other systems
/// nothing changes.
pub fn only_when_idle() {
    #[cfg(target_os = "linux")]
    idle();
}

/// Behind what is waited for, but not for ever: for what must not fall behind without end.
///
/// Threads that the calling one starts afterwards are the same. On Linux the nice value is each thread's own; elsewhere
/// it is the whole process's, and nothing changes.
pub fn behind_others() {
    // A refusal changes nothing.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, NICE);
}

/// How far a thread stands behind others: 0 is not at all, 19 the most.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

#[cfg(target_os = "linux")]
#[expect(
    unsafe_code,
    reason = "no library offers this call, which is one of the C library"
)]
fn idle() {
    let none = libc::sched_param { sched_priority: 0 };
    // SAFETY: 0 means the calling thread, and the parameter outlives the call. A refusal changes nothing.
    unsafe { libc::sched_setscheduler(0, libc::SCHED_IDLE, &raw const none) };
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn a_thread_stands_back() {
        super::only_when_idle();
        // The policy is the 41st field of `stat`.
        let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap_or_default();
        let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields);
        assert_eq!(fields.split(' ').nth(38), Some("5"));
    }
}
