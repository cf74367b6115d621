//! Properties: whatever three people write and sign, in whatever order it meets, nothing is signed that not every party
//! signed, and everybody sees the same.

use super::support::{
    NOW, SIGNED_CONTAINERS, SIGNED_FORM, element, fields, parties, put, record, signed_shape,
};
use bidao_sync::attestation::{Signing, SigningState, canonical};
use bidao_sync::document::{Attest, Change, Document};
use bidao_sync::gate::{Rejected, judge};
use bidao_sync::ids::{ActorId, DeviceId};
use proptest::prelude::*;

const FIELDS: [&str; 3] = ["address", "note", "cause"];
const ROLES: [&str; 4] = ["household_head", "adult_member_proxy", "village_or_group_cadre", "resident_team"];
const STANCES: [&str; 3] = ["agree", "agree", "disagree"];

#[derive(Debug, Clone)]
enum Step {
    Edit {
        who: usize,
        field: usize,
        value: i64,
    },
    Sign {
        who: usize,
        role: usize,
        person: u64,
        stance: usize,
    },
    /// One takes what the other has.
    Meet {
        who: usize,
        with: usize,
    },
    /// Saved and read again, under another incarnation.
    Reload {
        who: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..3_usize;
    prop_oneof![
        2 => (who.clone(), 0..3_usize, 0..2_i64).prop_map(|(who, field, value)| Step::Edit { who, field, value }),
        4 => (who.clone(), 0..4_usize, 0..2_u64, 0..3_usize)
            .prop_map(|(who, role, person, stance)| Step::Sign { who, role, person, stance }),
        3 => (who.clone(), 1..3_usize).prop_map(|(who, other)| Step::Meet { who, with: (who + other) % 3 }),
        1 => who.prop_map(|who| Step::Reload { who }),
    ]
}

/// What somebody said, and to which content word for word.
#[derive(Debug, Clone)]
struct Said {
    element: String,
    role: usize,
    person: u64,
    agrees: bool,
    content: String,
    /// What its author knew of others.
    knew: Vec<String>,
}

struct World {
    copies: Vec<Document>,
    actors: Vec<ActorId>,
    changes: Vec<Change>,
    said: Vec<Said>,
}

fn text(document: &Document) -> String {
    canonical(record(1), SIGNED_FORM, &document.content())
}

fn signing(document: &Document) -> Signing {
    document.signing(record(1), SIGNED_FORM, &parties())
}

impl World {
    fn new() -> Self {
        let actors: Vec<ActorId> = (1..=3).map(|n| ActorId::new(DeviceId([n; 8]), [n; 8])).collect();
        let name = |n: u64| put(&format!("members/{}/name", element(n)), n);
        let puts = [put("address", 9), name(1), name(2)];
        let (root, change) = Document::create(actors[0], NOW, &SIGNED_CONTAINERS, &puts).unwrap();
        Self { copies: vec![root; 3], actors, changes: vec![change], said: Vec::new() }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Edit { who, field, value } => {
                let made = self.copies[who].edit(self.actors[who], NOW, &[put(FIELDS[field], value)]);
                self.changes.extend(made.unwrap());
            }
            Step::Sign { who, role, person, stance } => self.sign(who, role, person, STANCES[stance]),
            Step::Meet { who, with } => {
                let other = self.copies[with].clone();
                self.copies[who].merge(&other).unwrap();
            }
            Step::Reload { who } => {
                self.copies[who] = Document::load(&self.copies[who].save()).unwrap();
                let next = u8::try_from(self.changes.len() % 250).unwrap();
                self.actors[who] = ActorId::new(self.actors[who].device(), [next; 8]);
            }
        }
    }

    fn sign(&mut self, who: usize, role: usize, person: u64, stance: &str) {
        let element = element(1_000 + self.said.len() as u64);
        let fields = fields(ROLES[role], person, stance);
        let attest = Attest { record: record(1), form: SIGNED_FORM, element: &element, fields: &fields };
        let copy = &mut self.copies[who];
        let (content, knew) = (text(copy), copy.attestations().into_iter().map(|one| one.element).collect());
        // Where a conflict asks, nothing can be signed.
        let Ok(change) = copy.attest(self.actors[who], NOW, &attest, &signed_shape()) else {
            assert!(copy.conflicts().iter().any(|conflict| conflict.path == "cause"));
            return;
        };
        assert_eq!(text(copy), content, "an attestation is no content");
        self.changes.push(change);
        self.said.push(Said { element, role, person, agrees: fields.agrees(), content, knew });
    }

    /// The state by another way: from what people said word for word, without digests.
    fn expected(&self, document: &Document) -> SigningState {
        let (now, there) = (text(document), document.attestations());
        let known: Vec<&Said> =
            self.said.iter().filter(|said| there.iter().any(|one| one.element == said.element)).collect();
        let party = |role: usize| role.saturating_sub(1);
        let of_now: Vec<&&Said> = known.iter().filter(|said| said.content == now).collect();
        let stands = |one: &&&&Said| {
            !of_now.iter().any(|other| {
                party(other.role) == party(one.role)
                    && other.person == one.person
                    && other.knew.contains(&one.element)
            })
        };
        let standing: Vec<_> = of_now.iter().filter(stands).collect();
        if standing.iter().any(|one| !one.agrees) {
            return SigningState::Objected;
        }
        let persons = |wanted: usize| {
            standing.iter().filter(move |one| party(one.role) == wanted).map(|one| one.person)
        };
        let full = persons(0).any(|a| persons(1).any(|b| persons(2).any(|c| a != b && b != c && a != c)));
        match (full, standing.is_empty(), known.is_empty()) {
            (true, ..) => SigningState::Signed,
            (_, false, _) => SigningState::Partly,
            (_, _, false) => SigningState::Changed,
            _ => SigningState::None,
        }
    }

    fn together(&self, order: [usize; 3]) -> Document {
        let mut all = self.copies[order[0]].clone();
        all.merge(&self.copies[order[1]]).unwrap();
        all.merge(&self.copies[order[2]]).unwrap();
        all
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_signed_that_not_every_party_signed(steps in prop::collection::vec(step(), 1..40)) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
            for copy in &world.copies {
                prop_assert_eq!(signing(copy).state, world.expected(copy));
            }
        }
        for one in world.together([0, 1, 2]).attestations() {
            let document = world.together([2, 1, 0]);
            let digest = document.digest_at(record(1), SIGNED_FORM, &one.covers).unwrap();
            prop_assert_eq!(digest, one.digest, "what it covers is what it names, for ever");
            let said = world.said.iter().find(|said| said.element == one.element).unwrap();
            let then = canonical(record(1), SIGNED_FORM, &document.content_at(&one.covers).unwrap());
            prop_assert_eq!(&then, &said.content);
        }
    }

    #[test]
    fn everybody_sees_the_same_signatures_in_whatever_order_they_came(
        steps in prop::collection::vec(step(), 1..30),
        order in prop::collection::vec(any::<prop::sample::Index>(), 1..60),
    ) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
        }
        let expected = signing(&world.together([0, 1, 2]));
        for other in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            prop_assert_eq!(&signing(&world.together(other)), &expected);
        }
        let mut waiting: Vec<Change> = order.iter().map(|index| index.get(&world.changes).clone()).chain(world.changes.clone()).collect();
        let mut document: Option<Document> = None;
        while !waiting.is_empty() {
            let mut held = Vec::new();
            for change in waiting {
                match judge(record(1), document.as_ref(), &[&change.bytes], change.actor.device(), &signed_shape(), NOW) {
                    Ok(judged) => document = Some(judged.document),
                    Err(Rejected::Missing(missing)) => {
                        prop_assert!(document.as_ref().is_none_or(|known| missing.iter().any(|hash| !known.has(*hash))));
                        held.push(change);
                    }
                    Err(refused) => prop_assert!(false, "{:?}", refused),
                }
            }
            waiting = held;
        }
        let document = document.unwrap();
        prop_assert_eq!(&signing(&document), &expected);
        prop_assert_eq!(&signing(&Document::load(&document.save()).unwrap()), &expected);
    }
}
