//! A database that goes away while phones send, and comes back.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bidao_schema::api::person::Role;
use bidao_server::ctx::{Clock as _, SystemClock};
use bidao_server::store::Location;
use bidao_tests::app::{TestApp, VILLAGE};
use bidao_tests::cluster::Cluster;
use bidao_tests::process::Process;

use super::{Worker, nothing_is_lost, try_again, until_ready};

/// What the workers and the one who pulls the plug tell each other.
#[derive(Default)]
struct Field {
    answered: AtomicUsize,
    refused: AtomicUsize,
    over: AtomicBool,
}

impl Field {
    fn wait_for(count: &AtomicUsize, more: usize) {
        let enough = count.load(Ordering::SeqCst) + more;
        while count.load(Ordering::SeqCst) < enough {
            std::thread::yield_now();
        }
    }

    /// Sends until it is over, whatever comes back, and then until nothing waits.
    fn work(&self, app: &TestApp, url: &str, worker: &mut Worker) {
        while !self.over.load(Ordering::SeqCst) {
            // No more is made while what there is cannot be sent.
            let answer = if worker.waits() { worker.offer(app, url) } else { worker.work(app, url) };
            if answer.status == 200 {
                self.answered.fetch_add(1, Ordering::SeqCst);
            } else {
                try_again(&answer, 503, "unavailable");
                self.refused.fetch_add(1, Ordering::SeqCst);
            }
        }
        while worker.waits() {
            assert_eq!(worker.offer(app, url).status, 200);
        }
    }
}

#[test]
fn a_database_that_stops_under_load_is_said_and_phones_go_on_when_it_is_back() {
    let mut cluster = Cluster::start();
    let location = Location::Postgres(cluster.database());
    let app = TestApp::without_server(location.clone(), SystemClock.now());
    let process = Process::serve(&location);
    let url = process.url.as_str();
    let leader = app.person("队长", Role::TeamLeader, VILLAGE);
    let mut stream = leader.desk.at(url).stream("/api/v1/events");
    assert_eq!(stream.next().as_deref(), Some(": here"));
    let mut workers = [Worker::new(&app, "甲"), Worker::new(&app, "乙"), Worker::new(&app, "丙")];
    until_ready(url, (200, &[]));
    let field = Field::default();
    std::thread::scope(|scope| {
        for worker in &mut workers {
            scope.spawn(|| field.work(&app, url, worker));
        }
        for _ in 0..3 {
            Field::wait_for(&field.answered, 10);
            cluster.stop();
            Field::wait_for(&field.refused, 5);
            until_ready(url, (503, &["database_unreachable"]));
            try_again(&leader.desk.at(url).get("/api/v1/reviews"), 503, "unavailable");
            cluster.start_again();
            until_ready(url, (200, &[]));
        }
        Field::wait_for(&field.answered, 10);
        // Whoever listened before hears what comes now.
        let heard = stream.by_ref().find(|line| line == "event: area");
        field.over.store(true, Ordering::SeqCst);
        assert!(heard.is_some());
    });
    nothing_is_lost(&app, url, &[&workers[0], &workers[1], &workers[2]]);
}
