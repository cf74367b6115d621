//! How fast anybody may ask: one address, one account, one phone. A generic cell rate: every request moves a point in time
//! on by its share of a minute; who is further ahead of now than a burst allows waits.
//!
//! On the server's own clock, so that tests own the time; and a clock that is set back forgives instead of locking out.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use actix_web::HttpRequest;
use actix_web::ResponseError as _;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::app::App;
use crate::domain::access::Principal;
use crate::error::{Error, Result};

/// Who is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Whose {
    /// Everybody behind one address: a township's office, or a whole mobile network.
    Address(IpAddr),
    /// Requests without a token from one address that cost a password's hash or a signature's check.
    Guess(IpAddr),
    /// A person on all devices.
    Account(String),
    /// One phone.
    Device(String),
    /// A person who is told masked values.
    Reveal(String),
}

/// Requests a minute in the long run, and how many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// In the long run.
    pub a_minute: u32,
    /// At once.
    pub burst: u32,
}

impl Rate {
    const fn of(a_minute: u32, burst: u32) -> Self {
        Self { a_minute, burst }
    }

    /// Microseconds one request is worth.
    fn share(self) -> i64 {
        60_000_000 / i64::from(self.a_minute.max(1))
    }
}

/// The rates of a server.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Per address.
    pub address: Rate,
    /// Per address, for logging in, enrolling and refreshing.
    pub guess: Rate,
    /// Per account.
    pub account: Rate,
    /// Per phone.
    pub device: Rate,
    /// Per account, for what is masked otherwise.
    pub reveal: Rate,
}

impl Default for Rates {
    /// A phone that sends its photos over a fast line asks about ten times a second; a carrier puts a whole district behind
    /// one address; a person types a password a few times, and looks at one number after the other: sixty at once, then one a
    /// minute.
    fn default() -> Self {
        Self {
            address: Rate::of(12_000, 12_000),
            guess: Rate::of(120, 240),
            account: Rate::of(2_400, 2_400),
            device: Rate::of(1_200, 2_400),
            reveal: Rate::of(1, 60),
        }
    }
}

/// Most that are remembered at once, 100 bytes each. Beyond it those who waited long enough are forgotten, then all.
const REMEMBERED: usize = 65_536;

/// Who is how far ahead.
#[derive(Debug, Default)]
pub struct Pace {
    rates: Rates,
    /// The point in time of each, in microseconds since 1970.
    ahead: Mutex<HashMap<Whose, i64>>,
}

impl Pace {
    /// With rates of one's own.
    #[must_use]
    pub fn of(rates: Rates) -> Self {
        Self { rates, ahead: Mutex::default() }
    }

    /// Counts a request at `now_ms`.
    ///
    /// # Errors
    /// [`Error::TooFast`] with the seconds until the next one is answered; it does not count.
    fn admit(&self, whose: Whose, now_ms: i64) -> Result<()> {
        let rate = match whose {
            Whose::Address(_) => self.rates.address,
            Whose::Guess(_) => self.rates.guess,
            Whose::Account(_) => self.rates.account,
            Whose::Device(_) => self.rates.device,
            Whose::Reveal(_) => self.rates.reveal,
        };
        let now = now_ms.saturating_mul(1000);
        let furthest = now.saturating_add(rate.share() * i64::from(rate.burst.max(1)));
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        if ahead.len() >= REMEMBERED {
            ahead.retain(|_, point| *point > now);
            if ahead.len() >= REMEMBERED {
                ahead.clear();
            }
        }
        let point = ahead.entry(whose).or_insert(now);
        // Also when the request is refused: a point from before the clock was set back is out of reach.
        *point = (*point).clamp(now, furthest);
        let next = *point + rate.share();
        if next > furthest {
            let micros = (next - furthest).unsigned_abs();
            let seconds = u32::try_from(micros.div_ceil(1_000_000)).unwrap_or(u32::MAX);
            return Err(Error::TooFast { seconds });
        }
        *point = next;
        Ok(())
    }

    /// Counts a request of somebody known.
    ///
    /// # Errors
    /// [`Error::TooFast`].
    pub fn of_principal(&self, principal: &Principal, now_ms: i64) -> Result<()> {
        if let Some(device) = &principal.device {
            self.admit(Whose::Device(device.clone()), now_ms)?;
        }
        self.admit(Whose::Account(principal.account.clone()), now_ms)
    }

    /// Counts a masked value that somebody is told.
    ///
    /// # Errors
    /// [`Error::TooFast`].
    pub fn of_reveal(&self, principal: &Principal, now_ms: i64) -> Result<()> {
        self.admit(Whose::Reveal(principal.account.clone()), now_ms)
    }

    /// Counts an attempt to become somebody known.
    ///
    /// # Errors
    /// [`Error::TooFast`].
    pub fn of_guess(&self, request: &HttpRequest, now_ms: i64) -> Result<()> {
        address(request).map_or(Ok(()), |address| self.admit(Whose::Guess(address), now_ms))
    }
}

/// Lets the request through if its address does not ask too fast.
///
/// # Errors
/// What the inner service answers.
pub async fn by_address<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let app = request.app_data::<Data<App>>().cloned();
    if let (Some(app), Some(address)) = (app, address(request.request()))
        && let Err(refusal) = app.pace.admit(Whose::Address(address), app.ctx.now())
    {
        return Ok(request.into_response(refusal.error_response()).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}

/// Whose request it is. Only a proxy on this machine is believed what it says of its client; without one there is nobody
/// to tell apart here.
fn address(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    if !peer.is_loopback() {
        return Some(network(peer));
    }
    // The last one is who spoke to the proxy; those before it, anybody can write.
    let said = request.headers().get_all("x-forwarded-for").last()?.to_str().ok()?;
    let last = said.rsplit(',').next()?.trim();
    last.parse::<IpAddr>().ok().map(|address| network(address.to_canonical()))
}

/// Whoever has one address of IPv6 has the 2^64 beside it.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(whole) => {
            let [a, b, c, d, ..] = whole.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn slow() -> Pace {
        Pace::of(Rates { account: Rate::of(60, 3), ..Rates::default() })
    }

    fn seconds_to_wait(pace: &Pace, now_ms: i64) -> u32 {
        match pace.admit(Whose::Account("ran".into()), now_ms) {
            Ok(()) => 0,
            Err(Error::TooFast { seconds }) => seconds,
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_burst_is_answered_then_one_a_second() {
        let pace = slow();
        assert_eq!([0; 4].map(|_| seconds_to_wait(&pace, 1_000)), [0, 0, 0, 1]);
        assert_eq!(seconds_to_wait(&pace, 1_999), 1);
        assert_eq!([0; 2].map(|_| seconds_to_wait(&pace, 2_000)), [0, 1]);
    }

    #[test]
    fn who_waits_as_long_as_told_is_answered_and_refusals_do_not_count() {
        let pace = slow();
        let refused = (0..100).filter(|_| seconds_to_wait(&pace, 0) > 0).count();
        assert_eq!((refused, seconds_to_wait(&pace, 1_000)), (97, 0));
    }

    #[test]
    fn a_clock_that_is_set_back_years_locks_nobody_out() {
        let pace = slow();
        let (then, years_before) = (1_800_000_000_000, 1_500_000_000_000);
        assert_eq!([0; 3].map(|_| seconds_to_wait(&pace, then)), [0, 0, 0]);
        assert!(seconds_to_wait(&pace, years_before) <= 1);
        assert_eq!(seconds_to_wait(&pace, years_before + 1_000), 0);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let pace = Pace::default();
        for number in 0..REMEMBERED * 2 {
            let whose = Whose::Account(number.to_string());
            assert!(pace.admit(whose, i64::try_from(number).expect("small")).is_ok());
        }
        assert!(pace.ahead.lock().expect("not poisoned").len() <= REMEMBERED);
    }

    fn asked(peer: &str, forwarded: Option<&str>) -> Option<String> {
        let mut request = TestRequest::default().peer_addr(peer.parse().expect("an address"));
        if let Some(forwarded) = forwarded {
            request = request.insert_header(("x-forwarded-for", forwarded));
        }
        address(&request.to_http_request()).map(|address| address.to_string())
    }

    #[test]
    fn only_a_proxy_on_this_machine_is_believed_and_only_its_last_word() {
        assert_eq!(asked("192.0.2.7:9", Some("203.0.113.1")).as_deref(), Some("192.0.2.7"));
        assert_eq!(asked("127.0.0.1:9", Some("198.51.100.1, 203.0.113.1")).as_deref(), Some("203.0.113.1"));
        assert_eq!(asked("127.0.0.1:9", None), None);
        assert_eq!(asked("127.0.0.1:9", Some("<script>")), None);
        assert_eq!(asked("[2001:db8:1:2:3:4:5:6]:9", None).as_deref(), Some("2001:db8:1:2::"));
    }
}
