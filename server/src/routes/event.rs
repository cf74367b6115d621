//! `GET /api/v1/events`: "area X is at seq n" as server-sent events (`3-protocol` §10). Losing the stream loses
//! nothing: whoever listens syncs or reads again.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::web::{Bytes, Data};
use futures_util::stream::{self, Stream};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, interval, sleep_until};

use super::{Besides, Body, Route};
use crate::app::App;
use crate::domain::access::{Principal, Scope, Who};
use crate::domain::session::ACCESS_SECONDS;
use crate::error::{Error, Result};
use crate::http::streams::Place;
use crate::store::{Advance, record};

/// A sign of life for proxies and listeners.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![Route {
        method: Method::GET,
        path: "/api/v1/events",
        who: Who::Account,
        about: "Live: which areas within reach have something new",
        query: &[],
        takes: Body::Nothing,
        gives: Body::Media("text/event-stream"),
        besides: Besides::NOTHING,
        handler: |r| r.to(listen),
    }]
}

async fn listen(app: Data<App>, principal: Principal) -> Result<HttpResponse> {
    let advances = app.db.listen();
    let paired = principal.scope.paired().to_vec();
    let households = app.db.read(move |tx| record::briefs(tx, &paired)).await?;
    let place = app.streams.enter(&principal.account);
    let live = Live {
        app,
        place,
        advances,
        heartbeat: interval(HEARTBEAT),
        // A stream lasts no longer than the token that opened it: what was taken away ends here too.
        ends: Instant::now() + Duration::from_secs(u64::try_from(ACCESS_SECONDS).unwrap_or(0)),
        scope: principal.scope,
        areas: households.into_iter().map(|household| household.area).collect(),
    };
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(events(live)))
}

struct Live {
    app: Data<App>,
    place: Place,
    advances: Receiver<Advance>,
    heartbeat: Interval,
    ends: Instant,
    scope: Scope,
    /// Areas of households the listener is paired with.
    areas: Vec<String>,
}

impl Live {
    fn hears(&self, area: &str) -> bool {
        self.scope.reads(area, None) || self.areas.iter().any(|known| known == area)
    }

    /// The next piece; nothing when the stream is over.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            tokio::select! {
                () = self.app.stop.requested() => return None,
                () = sleep_until(self.ends) => return None,
                () = self.place.ended() => return None,
                _ = self.heartbeat.tick() => return Some(Bytes::from_static(b": here\n\n")),
                heard = self.advances.recv() => match heard {
                    Ok(advance) if self.hears(&advance.area) => return Some(area_event(&advance)),
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => return Some(Bytes::from_static(b"event: resync\ndata: {}\n\n")),
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }
}

fn area_event(advance: &Advance) -> Bytes {
    let data = serde_json::json!({"area": advance.area, "seq": advance.seq});
    Bytes::from(format!("event: area\ndata: {data}\n\n"))
}

fn events(live: Live) -> impl Stream<Item = Result<Bytes, Error>> {
    stream::unfold(live, |mut live| async move { live.next().await.map(|piece| (Ok(piece), live)) })
}
