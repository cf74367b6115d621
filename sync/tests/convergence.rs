//! Properties: whatever three phones do and however messages travel, everybody ends with the same records and nothing
//! that was written is lost from the history.
#![allow(clippy::unwrap_used, reason = "test support")]

mod support;

use bidao_sync::document::Document;
use bidao_sync::gate::{Rejected, judge};
use bidao_sync::ids::{ActorId, DeviceId};
use bidao_sync::message::SyncRequest;
use bidao_sync::phone::Phone;
use proptest::prelude::*;
use std::collections::BTreeSet;
use support::{Hand, NOW, Server, element, put, record, shape};

const FIELDS: [&str; 3] = ["address", "cause", "note"];

#[derive(Debug, Clone)]
enum Step {
    Edit {
        phone: usize,
        record: u64,
        field: usize,
        value: i64,
    },
    Element {
        phone: usize,
        record: u64,
        element: u64,
        value: i64,
    },
    Create {
        phone: usize,
        record: u64,
    },
    Sync {
        phone: usize,
    },
    /// The request arrives, the answer does not.
    LoseAnswer {
        phone: usize,
    },
    /// The request is stored and arrives at the very end, once more.
    Repeat {
        phone: usize,
    },
    /// A page of the answer arrives and the phone loses its memory before storing it.
    Crash {
        phone: usize,
    },
    /// A copy of the phone's whole memory is put aside, or comes back (P6).
    BackUp {
        phone: usize,
    },
    Restore {
        phone: usize,
    },
    /// The same for the server (P17).
    BackUpServer,
    RestoreServer,
}

/// Which disasters may happen. Both at once may lose what only the two of them had: see `PROTOCOL.md` §6.1.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Disasters {
    None,
    Server,
    Phones,
}

fn step() -> impl Strategy<Value = Step> {
    let phone = 0..3_usize;
    prop_oneof![
        4 => (phone.clone(), 0..3_u64, 0..3_usize, 0..4_i64)
            .prop_map(|(phone, record, field, value)| Step::Edit { phone, record, field, value }),
        2 => (phone.clone(), 0..3_u64, 0..3_u64, 0..4_i64)
            .prop_map(|(phone, record, element, value)| Step::Element { phone, record, element, value }),
        2 => (phone.clone(), 0..3_u64).prop_map(|(phone, record)| Step::Create { phone, record }),
        3 => phone.clone().prop_map(|phone| Step::Sync { phone }),
        1 => phone.clone().prop_map(|phone| Step::LoseAnswer { phone }),
        1 => phone.clone().prop_map(|phone| Step::Repeat { phone }),
        1 => phone.clone().prop_map(|phone| Step::Crash { phone }),
        1 => phone.clone().prop_map(|phone| Step::BackUp { phone }),
        1 => phone.prop_map(|phone| Step::Restore { phone }),
        1 => Just(Step::BackUpServer),
        1 => Just(Step::RestoreServer),
    ]
}

struct World {
    server: Server,
    hands: Vec<Hand>,
    late: Vec<(DeviceId, SyncRequest)>,
    written: BTreeSet<(u64, String, i64)>,
    disasters: Disasters,
    phone_backups: [Option<Vec<u8>>; 3],
    server_backup: Option<Server>,
}

impl World {
    fn new(page: Option<usize>, disasters: Disasters) -> Self {
        let server = Server { page, ..Server::default() };
        let hands = (1..=3).map(Hand::new).collect();
        let (late, written, phone_backups) = (Vec::new(), BTreeSet::new(), [None, None, None]);
        Self { server, hands, late, written, disasters, phone_backups, server_backup: None }
    }

    fn write(&mut self, phone: usize, id: u64, path: &str, value: i64) {
        let hand = &mut self.hands[phone];
        let before = hand.phone.document(record(id)).ok().map(|document| document.leaves());
        let Some(before) = before else { return };
        hand.edit(record(id), &[put(path, value)]);
        if before.get(path) != Some(&value.into()) {
            self.written.insert((id, path.to_owned(), value));
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Edit { phone, record, field, value } => self.write(phone, record, FIELDS[field], value),
            Step::Element { phone, record, element: n, value } => {
                // Element ids are random: no two phones make the same one.
                let path = format!("members/{}/name", element(record * 100 + n * 10 + phone as u64));
                self.write(phone, record, &path, value);
            }
            Step::Create { phone, record: n } => {
                let id = n * 3 + phone as u64;
                if self.hands[phone].phone.about(record(id)).is_err() {
                    self.hands[phone].create(record(id), &[put("address", 100)]);
                }
            }
            Step::Sync { phone } => drop(self.hands[phone].sync(&mut self.server)),
            Step::LoseAnswer { phone } => {
                let request = self.hands[phone].request();
                self.server.sync(self.hands[phone].device, &request);
            }
            Step::Repeat { phone } => {
                let request = self.hands[phone].request();
                self.late.push((self.hands[phone].device, request));
            }
            Step::Crash { phone } => {
                let hand = &mut self.hands[phone];
                let request = hand.request();
                let stored = hand.phone.save();
                let answer = self.server.sync(hand.device, &request);
                hand.phone.receive(&request, &answer, [0; 8]);
                hand.phone = Phone::restore(&stored).unwrap();
            }
            disaster => self.disaster(disaster),
        }
    }

    fn disaster(&mut self, step: Step) {
        match step {
            Step::BackUp { phone } => self.phone_backups[phone] = Some(self.hands[phone].phone.save()),
            Step::Restore { phone } if self.disasters == Disasters::Phones => {
                if let Some(backup) = &self.phone_backups[phone] {
                    self.hands[phone].phone = Phone::restore(backup).unwrap();
                }
            }
            Step::BackUpServer => self.server_backup = Some(self.server.clone()),
            Step::RestoreServer if self.disasters == Disasters::Server => {
                if let Some(backup) = &self.server_backup {
                    self.server = backup.clone();
                }
            }
            _ => {}
        }
    }

    fn finish(&mut self) {
        for _ in 0..4 {
            for hand in &mut self.hands {
                hand.sync(&mut self.server);
            }
        }
        for (device, request) in std::mem::take(&mut self.late) {
            self.server.sync(device, &request);
        }
        for _ in 0..2 {
            for hand in &mut self.hands {
                hand.sync(&mut self.server);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn three_phones_converge_and_lose_nothing(
        steps in prop::collection::vec(step(), 1..40),
        page in prop::option::of(1..4_usize),
        disasters in prop::sample::select(vec![Disasters::None, Disasters::Server, Disasters::Phones]),
    ) {
        let mut world = World::new(page, disasters);
        for hand in 0..3 {
            world.step(Step::Create { phone: hand, record: 0 });
        }
        for step in steps {
            world.step(step);
        }
        world.finish();
        if disasters != Disasters::Phones {
            prop_assert!(world.server.held.is_empty());
            prop_assert!(world.server.quarantine.is_empty());
        }
        for (id, stored) in &world.server.records {
            for hand in &world.hands {
                let document = hand.phone.document(*id).unwrap();
                prop_assert_eq!(document.heads(), stored.document.heads());
                prop_assert_eq!(document.answers(), stored.document.answers());
                prop_assert_eq!(document.conflicts(), stored.document.conflicts());
            }
            for conflict in stored.document.conflicts() {
                let values: BTreeSet<String> = conflict.values.iter().map(|value| value.value.to_string()).collect();
                prop_assert!(values.len() > 1, "equal values are no conflict");
                prop_assert_eq!(values.len(), conflict.values.len());
            }
        }
        for hand in &world.hands {
            prop_assert_eq!(hand.phone.unsynced(), 0);
        }
        let lost_by_hand = disasters == Disasters::Phones;
        for (id, path, value) in world.written.iter().filter(|_| !lost_by_hand) {
            let history = world.server.records[&record(*id)].document.history();
            let is_there = history.iter().any(|change| change.path == *path && change.new == *value);
            prop_assert!(is_there, "{} {} {}", id, path, value);
        }
    }

    #[test]
    fn changes_arriving_in_any_order_through_the_gate_give_one_record(
        edits in prop::collection::vec((0..3_usize, 0..3_usize, 0..3_i64, any::<bool>()), 1..12),
        order in prop::collection::vec(any::<prop::sample::Index>(), 1..40),
    ) {
        let actors: Vec<ActorId> = (1..=3).map(|n| ActorId::new(DeviceId([n; 8]), [n; 8])).collect();
        let (root, change) = Document::create(actors[0], NOW, &["members"], &[put("address", 0)]).unwrap();
        let mut copies = [root.clone(), root.clone(), root];
        let mut changes = vec![change];
        for (who, field, value, meet) in edits {
            if meet {
                let other = copies[(who + 1) % 3].clone();
                copies[who].merge(&other).unwrap();
            }
            changes.extend(copies[who].edit(actors[who], NOW, &[put(FIELDS[field], value)]).unwrap());
        }
        let mut expected = copies[0].clone();
        expected.merge(&copies[1]).unwrap();
        expected.merge(&copies[2]).unwrap();
        let mut waiting: Vec<_> = order.iter().map(|index| index.get(&changes).clone()).chain(changes.clone()).collect();
        let mut document: Option<Document> = None;
        while !waiting.is_empty() {
            let mut held = Vec::new();
            for change in waiting {
                match judge(record(1), document.as_ref(), &[&change.bytes], change.actor.device(), &shape(), NOW) {
                    Ok(judged) => document = Some(judged.document),
                    Err(Rejected::Missing(_)) => held.push(change),
                    Err(refused) => prop_assert!(false, "{:?}", refused),
                }
            }
            waiting = held;
        }
        let document = document.unwrap();
        prop_assert_eq!(document.heads(), expected.heads());
        prop_assert_eq!(document.answers(), expected.answers());
        prop_assert_eq!(document.conflicts(), expected.conflicts());
    }
}
