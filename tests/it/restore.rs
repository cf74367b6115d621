//! The machine is lost: a backup taken under load, restored on another one, healed by the phones. At the end one checksum
//! over every record and file says that the new server holds what the phones hold.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bidao_server::ctx::{Clock as _, SystemClock};
use bidao_server::domain::file::key;
use bidao_server::domain::record::checksum::Checksum;
use bidao_server::file_store::{FileStore, Place};
use bidao_server::store::{Location, file};
use bidao_sync::document::Put;
use bidao_sync::ids::RecordId;
use bidao_sync::message::{Message as _, SyncResponse};
use bidao_tests::app::TestApp;
use bidao_tests::cluster;
use bidao_tests::gallery;
use bidao_tests::process::{Process, binary, keys, url_of};

use crate::api::file::{bring, sha256};
use crate::degraded::{Worker, nothing_is_lost, verify};

/// Rounds in which phones send after the restore: each answers what another one's first answer lacked.
const ROUNDS: usize = 4;

/// A worker with photos.
struct Helper {
    worker: Worker,
    photos: BTreeMap<String, Vec<u8>>,
    number: u32,
}

impl Helper {
    fn new(app: &TestApp, number: u32) -> Self {
        Self { worker: Worker::new(app, &format!("队员{number}")), photos: BTreeMap::new(), number }
    }

    /// A household, an edit of an earlier one, and a visit with a photo; then whatever the server wants.
    fn day(&mut self, app: &TestApp, url: &str) {
        let noise = app.app.ctx.id();
        if let Some(old) = self.worker.made.get(1).copied() {
            self.worker.cadre.edit(app, old, "address", &noise);
        }
        let scene = u32::try_from(self.photos.len()).expect("few") * 3 + self.number;
        let photo = gallery::jpeg(&gallery::scene(64, 48, scene), 70);
        let element = format!("photos/{}", app.app.ctx.id());
        let puts = [Put::new(format!("{element}/file"), sha256(&photo))];
        self.photos.insert(sha256(&photo), photo);
        self.worker.made.push(self.worker.cadre.create(app, "visit", &puts));
        self.sync(app, url, true);
    }

    /// Sends everything that waits, and the files that are wanted.
    fn sync(&mut self, app: &TestApp, url: &str, makes: bool) {
        let answer = if makes { self.worker.work(app, url) } else { self.worker.offer(app, url) };
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        let answer = SyncResponse::decode(&answer.body).expect("an answer");
        for name in answer.want.iter().map(|want| want.0.to_string()) {
            let Some(bytes) = self.photos.get(&name) else { continue };
            let client = self.worker.cadre.hardware.client.at(url);
            assert_eq!(bring(&client, &name, bytes.len(), bytes).status, 204);
        }
        if answer.more {
            self.sync(app, url, false);
        }
    }
}

/// Runs `bidao` with a location and a place for files.
fn bidao(location: &Location, arguments: &[&str]) {
    let mut command = Command::new(binary());
    command.args(arguments).env("BIDAO_DATABASE_URL", url_of(location)).envs(keys(location));
    let said = command.output().expect("it runs");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

fn serve(location: &Location, files: &Path) -> Process {
    Process::serve_with(location, &[("BIDAO_FILES_URL", files.to_str().expect("plain"))])
}

/// Copies whole files only, as an operator's tool would: parts of uploads are not backed up.
fn copy_files(from: &Path, to: &Path) {
    for name in bidao_tests::files_below(from).iter().filter(|name| !name.starts_with("parts")) {
        let target = to.join(name);
        std::fs::create_dir_all(target.parent().expect("a parent")).expect("a folder");
        // One that was moved meanwhile is not there any more.
        let _ = std::fs::copy(from.join(name), target);
    }
}

/// What the operator does: the backup while serving, and the restore elsewhere.
struct Operator {
    back_up: fn(&Location, &Path),
    restore: fn(&Location, &Path, &Path) -> Location,
}

fn expected(helpers: &[Helper]) -> String {
    let mut ids: Vec<RecordId> = helpers.iter().flat_map(|helper| helper.worker.made.clone()).collect();
    ids.sort_unstable_by_key(ToString::to_string);
    let mut names: Vec<&String> = helpers.iter().flat_map(|helper| helper.photos.keys()).collect();
    names.sort_unstable();
    let sums = helpers.iter().map(|helper| {
        let mut sum = Checksum::default();
        for id in &ids {
            let document = helper.worker.cadre.phone.document(*id).expect("every phone has every record");
            let mut heads: Vec<String> = document.heads().iter().map(ToString::to_string).collect();
            heads.sort_unstable();
            sum.record(&id.to_string(), &heads.join(" "), &document.answers());
        }
        names.iter().for_each(|name| sum.file(name));
        format!("checksum: {} over {} records and {} files", sum.clone().hex(), ids.len(), names.len())
    });
    let mut sums: Vec<String> = sums.collect();
    sums.dedup();
    assert_eq!(sums.len(), 1, "phones that hold different things: {sums:?}");
    sums.remove(0)
}

fn a_lost_machine_is_replaced(location: Location, folder: &Path, operator: &Operator) {
    let (files, copied) = (folder.join("files"), folder.join("other/files"));
    std::fs::create_dir_all(&copied).expect("a folder");
    let app = TestApp::without_server(location.clone(), SystemClock.now());
    let process = serve(&location, &files);
    let mut helpers = [0, 1, 2].map(|number| Helper::new(&app, number));
    let (days, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let wait_for = |more: usize| {
        let enough = days.load(Ordering::SeqCst) + more;
        while days.load(Ordering::SeqCst) < enough {
            std::thread::yield_now();
        }
    };
    let copy = folder.join("copy");
    std::thread::scope(|scope| {
        for helper in &mut helpers {
            scope.spawn(|| {
                while !over.load(Ordering::SeqCst) {
                    helper.day(&app, &process.url);
                    days.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        wait_for(9);
        (operator.back_up)(&location, &copy);
        copy_files(&files, &copied);
        // All of this is acknowledged, and the backup lacks it.
        wait_for(9);
        over.store(true, Ordering::SeqCst);
    });
    process.kill();

    let restored = (operator.restore)(&location, &copy, &folder.join("other"));
    let before = verify(&restored);
    let other = serve(&restored, &copied);
    let healed = TestApp::restored_without_server(restored.clone(), SystemClock.now());
    for _ in 0..ROUNDS {
        for helper in &mut helpers {
            helper.sync(&healed, &other.url, false);
        }
    }
    let said = verify(&restored);
    assert!(said.contains(&expected(&helpers)), "{said} instead of {}", expected(&helpers));
    assert_ne!(said, before, "the backup lacked nothing: that proves nothing");
    let key = key::load_or_make(&healed.app.db, &healed.app.ctx).expect("a key");
    let store = FileStore::open(&Place::Folder(copied), &key).expect("a folder");
    for (name, bytes) in helpers.iter().flat_map(|helper| &helper.photos) {
        assert_eq!(store.read_original(name).expect("read").as_ref(), Some(bytes), "a photo is lost");
        let row = {
            let name = name.clone();
            healed.app.db.read_blocking(move |tx| file::find(tx, &name))
        };
        assert!(row.expect("read").is_some());
    }
    let workers: Vec<&Worker> = helpers.iter().map(|helper| &helper.worker).collect();
    nothing_is_lost(&healed, &other.url, &workers);
}

#[test]
fn an_embedded_database_is_backed_up_under_load_restored_elsewhere_and_healed() {
    let folder = tempfile::tempdir().expect("a folder");
    let operator = Operator {
        back_up: |location, copy| bidao(location, &["backup", "--to", copy.to_str().expect("plain")]),
        restore: |location, copy, elsewhere| {
            let (Location::File(old), new) = (location, elsewhere.join("bidao.db")) else { panic!("a file") };
            // Kept apart from the backup, and brought along.
            std::fs::copy(old.with_extension("key"), new.with_extension("key")).expect("the key");
            let restored = Location::File(new);
            bidao(&restored, &["restore", "--from", copy.to_str().expect("plain")]);
            restored
        },
    };
    let location = Location::File(folder.path().join("bidao.db"));
    a_lost_machine_is_replaced(location, folder.path(), &operator);
}

#[test]
fn a_postgres_database_is_dumped_under_load_restored_elsewhere_and_healed() {
    let folder = tempfile::tempdir().expect("a folder");
    let operator = Operator {
        back_up: |location, copy| std::fs::write(copy, cluster::dump(&url_of(location))).expect("a dump"),
        restore: |_, copy, _| {
            let url = cluster::fresh_database();
            cluster::load(&url, copy);
            Location::Postgres(url)
        },
    };
    a_lost_machine_is_replaced(Location::Postgres(cluster::fresh_database()), folder.path(), &operator);
}
