//! Rates per client address.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::Rate;

/// Counts what each client address asks for.
pub(crate) struct Rates {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

impl Rates {
    pub(crate) fn new(rate: Rate) -> Self {
        let at_least_one = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let quota =
            Quota::per_second(at_least_one(rate.per_second)).allow_burst(at_least_one(rate.burst));
        Self {
            limiter: RateLimiter::keyed(quota),
            clock: DefaultClock::default(),
        }
    }

    /// Counts one; otherwise how long to wait.
    pub(crate) fn take(&self, address: IpAddr) -> Result<(), Duration> {
        self.limiter
            .check_key(&network(address))
            .map_err(|not_yet| not_yet.wait_time_from(self.clock.now()))
    }

    /// Forgets addresses that have their whole burst again.
    pub(crate) fn tidy(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

/// What one client holds: an IPv4 address, or the /64 that a provider gives to one customer.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_cannot_escape_within_its_own_network() {
        let rates = Rates::new(Rate {
            per_second: 1,
            burst: 2,
        });
        let of = |text: &str| text.parse().unwrap();
        assert!(rates.take(of("2001:db8::1")).is_ok());
        assert!(rates.take(of("2001:db8::2")).is_ok());
        assert!(rates.take(of("2001:db8::3")).unwrap_err() <= Duration::from_secs(1));
        assert!(rates.take(of("2001:db8:0:1::1")).is_ok());
        assert_eq!(network(of("::ffff:192.0.2.1")), of("192.0.2.1"));
    }
}
