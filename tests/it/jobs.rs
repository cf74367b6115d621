//! What the server does unasked once a day, on both databases.

use bidao_schema::api::person::Role;
use bidao_server::domain::session::expiry::{ENDED_MILLIS, Forgotten, forget};
use bidao_server::domain::session::proof::REMEMBERED_MILLIS;
use bidao_server::store::{self, refresh_token, session};
use bidao_tests::app::{TestApp, VILLAGE, on_both};
use bidao_tests::clock::DAY;

/// A session with the ends of its refresh tokens.
fn put(app: &TestApp, account: &str, id: &'static str, (began, revoked): (i64, Option<i64>), ends: &[i64]) {
    let (account, ends) = (account.to_owned(), ends.to_vec());
    app.write(move |tx| {
        session::insert(
            tx,
            &session::Row {
                id: id.into(),
                account: account.clone(),
                device: None,
                public_key: Vec::new(),
                started_at: began,
                revoked_at: revoked,
            },
        )?;
        for (number, end) in ends.iter().enumerate() {
            let token = refresh_token::Row {
                token_hash: format!("{id}{number}"),
                session: id.into(),
                issued_at: began,
                expires_at: *end,
                used_at: None,
            };
            refresh_token::insert(tx, &token)?;
        }
        Ok(())
    });
}

fn is_kept(app: &TestApp, id: &'static str) -> bool {
    app.app.db.read_blocking(move |tx| session::find(tx, id)).expect("read").is_some()
}

#[test]
fn what_ended_long_ago_is_forgotten_and_nothing_else() {
    on_both(|app| {
        let now = app.app.ctx.now();
        let account = app.person("队员", Role::TeamMember, VILLAGE).account;
        let long_ago = now - ENDED_MILLIS;
        put(app, &account, "alive", (long_ago - 90 * DAY, None), &[now - DAY, now + DAY]);
        put(app, &account, "expired", (long_ago - 1, None), &[now - 1]);
        put(app, &account, "expired-lately", (long_ago, None), &[now - 1]);
        put(app, &account, "revoked", (0, Some(long_ago - 1)), &[]);
        put(app, &account, "revoked-lately", (0, Some(long_ago)), &[now - 1]);
        let proofs = [("old", now - REMEMBERED_MILLIS - 1), ("young", now - REMEMBERED_MILLIS)];
        app.write(move |tx| {
            proofs.iter().try_for_each(|(id, at)| store::proof::remember(tx, id, *at).map(|_| ()))
        });

        let forgotten = app.app.db.write_blocking(move |tx| forget(tx, now)).unwrap();
        assert_eq!(forgotten, Forgotten { tokens: 4, sessions: 2, proofs: 1 });
        let kept =
            ["alive", "expired", "expired-lately", "revoked", "revoked-lately"].map(|id| is_kept(app, id));
        assert_eq!(kept, [true, false, true, false, true]);
        let tokens = app.app.db.read_blocking(|tx| refresh_token::of_session(tx, "alive")).unwrap();
        assert_eq!(tokens.iter().map(|token| token.expires_at).collect::<Vec<_>>(), [now + DAY]);
        let again = app.app.db.write_blocking(move |tx| forget(tx, now)).unwrap();
        assert_eq!(again, Forgotten::default());
    });
}
