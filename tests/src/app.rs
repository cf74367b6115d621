//! A real server on a real database, with people made for the test.

use std::sync::Arc;

use bidao_schema::api::person::Role;
use bidao_server::app::App;
use bidao_server::config::Config;
use bidao_server::ctx::Ctx;
use bidao_server::domain::session::Claims;
use bidao_server::error::Result;
use bidao_server::file_store::Place;
use bidao_server::http::patience::Patience;
use bidao_server::picture::parent::Program;
use bidao_server::serve::Background;
use bidao_server::store::audit::Audit;
use bidao_server::store::vault::key::Source;
use bidao_server::store::{self, Location, Tx};
use p256::ecdsa::SigningKey;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use rand::SeedableRng;

use crate::client::Client;
use crate::clock::{START, TestClock};
use crate::cluster;
use crate::process::built;

/// The district of every test.
pub const DISTRICT: &str = "500114000000";
/// Its first township.
pub const TOWNSHIP: &str = "500114101000";
/// A second township.
pub const OTHER_TOWNSHIP: &str = "500114102000";
/// A village of the first township.
pub const VILLAGE: &str = "500114101001";
/// Its neighbour.
pub const NEIGHBOUR: &str = "500114101002";
/// A village of the other township.
pub const FAR_VILLAGE: &str = "500114102001";
/// Since when the tests' assignments hold.
pub const SINCE: &str = "2015-01-01";

/// A running server.
pub struct TestApp {
    /// The application behind it.
    pub app: App,
    /// The hands of its clock.
    pub clock: TestClock,
    /// Someone without a token.
    pub anyone: Client,
    // Dropped first to last: the server stops before its folder goes.
    server: Option<Background>,
    _folder: Option<tempfile::TempDir>,
}

/// A person made for a test.
#[derive(Clone)]
pub struct TestPerson {
    /// Person id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Account name.
    pub account: String,
    /// Client with a token of a desk session.
    pub desk: Client,
}

/// Runs a test on both databases.
pub fn on_both(test: impl Fn(&TestApp)) {
    test(&TestApp::sqlite());
    test(&TestApp::postgres());
}

impl TestApp {
    /// On a file of embedded SQLite.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the database");
        let location = Location::File(folder.path().join("bidao.db"));
        Self::on(location, Some(folder))
    }

    /// On a database of the process's own PostgreSQL.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    pub fn postgres() -> Self {
        Self::on(Location::Postgres(cluster::fresh_database()), None)
    }

    /// On a file of embedded SQLite, with files in a place of the test's choice.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    pub fn sqlite_with(files: Place) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the database");
        let location = Location::File(folder.path().join("bidao.db"));
        Self::in_place(location, files, Some(folder))
    }

    /// On a database of the process's own PostgreSQL, with files in a place of the test's choice.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    pub fn postgres_with(files: Place) -> Self {
        Self::in_place(Location::Postgres(cluster::fresh_database()), files, None)
    }

    fn on(database: Location, folder: Option<tempfile::TempDir>) -> Self {
        let files = place_of(&database);
        Self::in_place(database, files, folder)
    }

    fn in_place(database: Location, files: Place, folder: Option<tempfile::TempDir>) -> Self {
        let mut this = Self::open(database, files, START);
        this.write(insert_areas);
        this = this.serving();
        this._folder = folder;
        this
    }

    /// A server on a database that another one has filled: a restored backup.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    pub fn restored(database: Location, now: i64) -> Self {
        Self::restored_without_server(database, now).serving()
    }

    /// On a file of embedded SQLite, waiting for slow clients as long as the test says.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    pub fn with_patience(patience: Patience) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the database");
        let mut this = Self::without_server(Location::File(folder.path().join("bidao.db")), START);
        this.app.patience = patience;
        this._folder = Some(folder);
        this.serving()
    }

    /// A server whose program that looks at pictures is missing.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    pub fn blind(database: Location, now: i64) -> Self {
        Self::prepared(database, now, |app| app.pictures = Arc::new(Program::at("/nonexistent".into())))
    }

    /// A server with settings of its own.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    pub fn prepared(database: Location, now: i64, prepare: impl FnOnce(&mut App)) -> Self {
        let mut this = Self::without_server(database, now);
        prepare(&mut this.app);
        this.serving()
    }

    /// The application alone, with a clock that stands at `now`: another process serves it.
    ///
    /// # Panics
    /// The database cannot be opened.
    #[must_use]
    pub fn without_server(database: Location, now: i64) -> Self {
        let files = place_of(&database);
        let this = Self::open(database, files, now);
        this.write(insert_areas);
        this
    }

    /// [`Self::restored`], served by another process.
    ///
    /// # Panics
    /// The database cannot be opened.
    #[must_use]
    pub fn restored_without_server(database: Location, now: i64) -> Self {
        let files = place_of(&database);
        Self::open(database, files, now)
    }

    fn open(database: Location, files: Place, now: i64) -> Self {
        let clock = TestClock::at(now);
        let ctx = Ctx::new(Arc::new(clock.clone()), rand::rngs::StdRng::seed_from_u64(1));
        let (keys, listen) = (keys_of(&database), ([127, 0, 0, 1], 0).into());
        let mut app =
            App::open(Config { database, keys, files, listen, name: "测试区".into() }, ctx).expect("open");
        app.pictures = Arc::new(Program::at(built()));
        Self { app, clock, anyone: Client::new(""), server: None, _folder: None }
    }

    fn serving(mut self) -> Self {
        let server = Background::start(self.app.clone()).expect("listen");
        self.anyone = Client::new(format!("http://{}", server.address));
        self.server = Some(server);
        self
    }

    /// Address of the server, `http://127.0.0.1:port`.
    ///
    /// # Panics
    /// There is none.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.server.as_ref().expect("a server").address)
    }

    /// Writes straight to the database.
    ///
    /// # Panics
    /// The database refuses.
    pub fn write<T: Send + 'static>(&self, mut job: impl FnMut(&mut Tx) -> Result<T> + Send + 'static) -> T {
        self.app.db.write_blocking(move |tx| Ok((job(tx)?, Audit::default()))).expect("write")
    }

    /// A person with one role in one area, an account, and a desk session.
    #[must_use]
    pub fn person(&self, name: &str, role: Role, area: &str) -> TestPerson {
        let (id, session) = (self.app.ctx.id(), self.app.ctx.id());
        let (now, key) = (self.app.ctx.now(), self.key());
        let account = format!("u{}", &id[..12]);
        let public_key = public_key(&key);
        let thumbprint = "test".to_owned();
        let assignment = self.app.ctx.id();
        let (person, named, area, account_name, session_id) =
            (id.clone(), name.to_owned(), area.to_owned(), account.clone(), session.clone());
        self.write(move |tx| {
            store::person::insert(
                tx,
                &store::person::Row { id: person.clone(), name: named.clone(), created_at: now },
            )?;
            let row = store::assignment::Row {
                id: assignment.clone(),
                person: person.clone(),
                role: store::assignment::role_key(role),
                area: area.clone(),
                valid_from: SINCE.into(),
                valid_to: None,
            };
            store::assignment::insert(tx, &row)?;
            let row = store::account::Row {
                name: account_name.clone(),
                person: person.clone(),
                // No password opens it: tests of passwords make their own accounts.
                password_hash: "none".into(),
                failures: 0,
                locked_until: 0,
                created_at: now,
            };
            store::account::insert(tx, &row)?;
            let row = store::session::Row {
                id: session_id.clone(),
                account: account_name.clone(),
                device: None,
                public_key: public_key.clone(),
                started_at: now,
                revoked_at: None,
            };
            store::session::insert(tx, &row)
        });
        let token = self.app.keys.sign(&Claims::new(&session, &thumbprint, now)).expect("sign");
        TestPerson { id, name: name.into(), account, desk: self.anyone.with_token(token) }
    }

    /// A fresh P-256 key.
    #[must_use]
    pub fn key(&self) -> SigningKey {
        loop {
            if let Ok(key) = SigningKey::from_slice(&self.app.ctx.random::<32>()) {
                return key;
            }
        }
    }

    /// A phone of a person: its device row, its key, and a client with a token of its session.
    #[must_use]
    pub fn phone(&self, person: &TestPerson) -> TestPhone {
        let (device, session) = (self.app.ctx.random::<8>(), self.app.ctx.id());
        let (now, key) = (self.app.ctx.now(), self.key());
        let public_key = public_key(&key);
        let (id, owner, account, session_id) =
            (bidao_sync::ids::to_hex(&device), person.id.clone(), person.account.clone(), session.clone());
        self.write(move |tx| {
            store::device::insert(tx, &device_row(&id, &owner, &public_key, now))?;
            let row = store::session::Row {
                id: session_id.clone(),
                account: account.clone(),
                device: Some(id.clone()),
                public_key: public_key.clone(),
                started_at: now,
                revoked_at: None,
            };
            store::session::insert(tx, &row)
        });
        let token = self.app.keys.sign(&Claims::new(&session, "test", now)).expect("sign");
        TestPhone { device, key, client: self.anyone.with_token(token), session }
    }

    /// A phone's client with a token that begins now.
    ///
    /// # Panics
    /// Signing fails.
    #[must_use]
    pub fn renewed(&self, phone: &TestPhone) -> Client {
        let claims = Claims::new(&phone.session, "test", self.app.ctx.now());
        self.anyone.with_token(self.app.keys.sign(&claims).expect("sign"))
    }
}

/// Where the files of a test's database are: beside it, or gone with the process.
fn place_of(database: &Location) -> Place {
    match database {
        Location::File(path) => Place::beside(path),
        Location::Memory | Location::Postgres(_) => Place::Temporary,
    }
}

/// Key of the tests' databases on PostgreSQL.
pub const KEY: &str = "7465737473746573747374657374737465737473746573747374657374737465";

/// Where the keys of a test's database are: beside it, or the tests' own.
#[must_use]
pub fn keys_of(database: &Location) -> Source {
    match database {
        Location::Postgres(_) => Source::Text(KEY.into()),
        Location::File(_) | Location::Memory => Source::of(database),
    }
}

/// An enrolled phone without its engine.
pub struct TestPhone {
    /// Device id.
    pub device: [u8; 8],
    /// Its key.
    pub key: SigningKey,
    /// Client with a token of its session.
    pub client: Client,
    session: String,
}

/// The 65-byte uncompressed point of a key.
#[must_use]
pub fn public_key(key: &SigningKey) -> Vec<u8> {
    key.verifying_key().to_encoded_point(false).as_bytes().to_vec()
}

/// [`public_key`] as the wire carries it.
#[must_use]
pub fn public_key_text(key: &SigningKey) -> String {
    use base64::Engine as _;
    let point = p256::PublicKey::from(key.verifying_key()).to_encoded_point(false);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(point.as_bytes())
}

/// The row of a freshly enrolled phone.
#[must_use]
pub fn device_row(id: &str, person: &str, public_key: &[u8], now: i64) -> store::device::Row {
    store::device::Row {
        id: id.into(),
        person: person.into(),
        name: "test phone".into(),
        public_key: public_key.into(),
        state: "active".into(),
        app_version: "test".into(),
        enrolled_at: now,
        revoked_at: None,
        last_sync_at: None,
        unsynced: 0,
    }
}

/// The tests' district: two townships, three villages.
///
/// # Errors
/// The database fails.
pub fn insert_areas(tx: &mut Tx) -> Result<()> {
    let rows = [
        (DISTRICT, "黔江区", "district", None),
        (TOWNSHIP, "石会镇", "township", Some(DISTRICT)),
        (OTHER_TOWNSHIP, "黑溪镇", "township", Some(DISTRICT)),
        (VILLAGE, "中元村", "village", Some(TOWNSHIP)),
        (NEIGHBOUR, "武陵村", "village", Some(TOWNSHIP)),
        (FAR_VILLAGE, "胜利村", "village", Some(OTHER_TOWNSHIP)),
    ];
    for (code, name, level, parent) in rows {
        let (code, name, level) = (code.into(), name.into(), level.into());
        store::area::insert(tx, &store::area::Row { code, name, level, parent: parent.map(str::to_owned) })?;
    }
    Ok(())
}
