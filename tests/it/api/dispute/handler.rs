//! Who decides about a dispute: neither helper, author, nor who took it down, at any step, whatever happened meanwhile.

use bidao_schema::api::person::Role;
use bidao_sync::document::Put;
use bidao_sync::ids::RecordId;
use bidao_tests::app::{FAR_VILLAGE, VILLAGE, on_both};
use serde_json::{Value, json};

use super::{detail, done, pair, raised, refused, today};
use crate::api::cadre::Cadre;

#[test]
fn helper_author_and_who_took_it_down_neither_handle_nor_decide() {
    on_both(|app| {
        let stage = raised(app);
        let id = &stage.dispute;
        let helper = app.person("帮扶人", Role::TeamLeader, VILLAGE);
        pair(app, &helper.id, stage.household);
        let (far, free) = (
            app.person("外村", Role::TeamLeader, FAR_VILLAGE),
            app.person("老谭", Role::TeamMember, VILLAGE),
        );
        done(&stage.leader, id, "acknowledge", json!({}));
        for (person, code) in [
            (&helper.id, "handler_is_helper"),
            (&stage.author.person.id, "handler_is_author"),
            (&stage.taker.person.id, "handler_took_it_down"),
            (&far.id, "handler_out_of_reach"),
        ] {
            let problem = refused(&stage.leader, id, "assign", json!({"handler": person}));
            assert_eq!(problem, (422, code.to_owned(), "handler".to_owned()));
        }
        let seen = detail(&stage.leader, id);
        let candidates: Vec<(&Value, &Value)> =
            seen["candidates"].as_array().unwrap().iter().map(|one| (&one["name"], &one["bar"])).collect();
        for expected in [
            (&json!("老谭"), &Value::Null),
            (&json!("乡办"), &Value::Null),
            (&json!("帮扶人"), &json!("handler_is_helper")),
            (&json!("龚勇"), &json!("handler_is_author")),
            (&json!("向敏"), &json!("handler_took_it_down")),
        ] {
            assert!(candidates.contains(&expected), "{expected:?} in {candidates:?}");
        }
        assert!(candidates.iter().all(|(name, _)| **name != json!("外村")));
        assert_eq!(seen["helpers"][0]["name"], "帮扶人");

        // The helper leads the team: may assign, may not decide, tell or close.
        done(&helper, id, "assign", json!({"handler": free.id}));
        let found = json!({"finding": "查过了"});
        assert_eq!(
            refused(&helper, id, "reject", found.clone()),
            (422, "handler_is_helper".into(), "step".into())
        );
        assert_eq!(detail(&helper, id)["steps"], json!(["assign"]));
        assert_eq!(refused(&stage.author.person, id, "reject", found.clone()).1, "forbidden");
        done(&free, id, "reject", found);
        let told = json!({"told_on": today(app), "satisfied": "no"});
        assert_eq!(refused(&helper, id, "tell", told.clone()).1, "handler_is_helper");
        done(&free, id, "tell", told);
        assert_eq!(refused(&helper, id, "close", json!({})).1, "handler_is_helper");
    });
}

#[test]
fn a_handler_who_became_the_helper_or_changed_the_document_decides_no_more() {
    on_both(|app| {
        let mut stage = raised(app);
        let id = stage.dispute.clone();
        let (one, mut other) =
            (app.person("老谭", Role::TeamMember, VILLAGE), Cadre::new(app, "老何", Role::TeamMember));
        done(&stage.leader, &id, "acknowledge", json!({}));
        done(&stage.leader, &id, "assign", json!({"handler": one.id}));
        pair(app, &one.id, stage.household);
        assert_eq!(refused(&one, &id, "uphold", json!({"finding": "属实"})).1, "handler_is_helper");
        done(&stage.office, &id, "assign", json!({"handler": other.person.id}));
        other.sync(app);
        other.edit(app, stage.household, "address", "中元村2组");
        other.sync(app);
        assert_eq!(refused(&other.person, &id, "uphold", json!({"finding": "属实"})).1, "handler_is_author");
        // What was raised does not change with its record.
        let record: RecordId = id.parse().unwrap();
        stage.taker.edit(app, record, "statement", "没有意见了");
        stage.taker.put(app, record, &[Put::new("document", "f".repeat(32))]);
        assert!(stage.taker.sync(app).iter().all(|(_, code)| code.is_none()));
        let seen = detail(&stage.leader, &id);
        assert_eq!(seen["dispute"]["statement"], "我家只有一亩花椒，不是五亩");
        assert_eq!(
            (&seen["edited_since"], &seen["document"]["id"]),
            (&json!(true), &json!(stage.household.to_string()))
        );
    });
}
