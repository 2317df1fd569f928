//! How much the calling thread wants a processor.
//!
//! Linux runs a thread of the policy `SCHED_IDLE` only where nothing else wants to run, and takes the processor from
//! it at once when something does (`sched(7)`). A large nice value does not: who has it keeps the processor until its
//! slice of some milliseconds is over. On other systems nothing changes.

/// Only when nobody else wants it: for what can wait.
pub fn only_when_idle() {
    #[cfg(target_os = "linux")]
    set(libc::SCHED_IDLE);
}

/// As every other thread, which is how threads start.
pub fn with_everybody() {
    #[cfg(target_os = "linux")]
    set(libc::SCHED_OTHER);
}

#[cfg(target_os = "linux")]
#[expect(
    unsafe_code,
    reason = "no library offers this call, which is one of the C library"
)]
fn set(policy: libc::c_int) {
    let none = libc::sched_param { sched_priority: 0 };
    // SAFETY: 0 means the calling thread, and the parameter outlives the call. A refusal changes nothing.
    unsafe { libc::sched_setscheduler(0, policy, &raw const none) };
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    /// The thread's policy as the kernel tells it: the 41st field of `stat`.
    fn policy() -> Option<u32> {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").ok()?;
        let (_, fields) = stat.rsplit_once(") ")?;
        fields.split(' ').nth(38)?.parse().ok()
    }

    #[test]
    fn a_thread_stands_back_and_comes_again() {
        const IDLE: u32 = 5;
        super::only_when_idle();
        assert_eq!(policy(), Some(IDLE));
        super::with_everybody();
        assert_eq!(policy(), Some(0));
    }
}
