//! Every way in which the data type was once made to panic, to poison a document or to eat the machine, and the test that
//! holds it off. Those in `sync` are unit tests of `document::hostile`; the rows that they leave are here.
//!
//! | input | held off by |
//! |---|---|
//! | truncated or bit-flipped saved documents | `a_saved_document_that_was_damaged_is_not_loaded` |
//! | saved documents, mutated, with the right checksum | `a_saved_document_with_a_forged_checksum_never_brings_the_reader_down` |
//! | truncated or bit-flipped changes | sync `every_truncation_and_every_flipped_bit_is_refused_or_harmless` |
//! | changes, mutated, with the right checksum | sync `mutated_changes_are_refused_or_harmless`, `cases.rs` |
//! | invented operations | sync `invented_operations_are_refused_or_harmless`, `cases.rs` |
//! | bundles, documents, deflated changes | sync `only_raw_change_chunks_are_read` |
//! | deflate bombs as chunk, as column, as body | `a_deflated_chunk_or_column_is_refused_unread`; server `a_bomb_is_refused_without_being_unpacked` |
//! | run-length bombs, in any column | sync `a_run_length_bomb_is_refused_before_anything_is_allocated`; `a_bomb_in_any_column_is_refused` |
//! | maps nested 290 and 10,000 deep | sync `maps_do_not_nest_deeper_than_the_form` |
//! | sync messages with bloom filters, `load_incremental` | not spoken: `it::tidy::what_swallows_errors_is_not_used` |
//! | gaps and reuse of sequence numbers, time before all time, extra bytes | sync `actors_and_numbers_must_be_right` |
//! | actors that the change does not name, or names in vain | `an_actor_is_named_if_and_only_if_it_is_used` |
//! | objects, elements and predecessors that are not there | sync `objects_must_exist`, `predecessors_must_exist_on_that_key` |
//! | a predecessor of the change's own | `an_operation_cannot_follow_itself` |
//! | a document half changed by a panic | `a_change_that_brings_the_data_type_down_leaves_the_record_as_it_was` |
//! | first operations too low, too high, beyond 32 bits | sync `actors_and_numbers_must_be_right`; `no_operation_number_comes_near_its_end` |
//! | empty changes, own previous change left out | sync `actors_and_numbers_must_be_right`, `the_previous_change_must_be_among_the_dependencies` |
//! | duplicate dependencies, too many | sync `actors_and_numbers_must_be_right`, `dependencies_and_other_actors_are_counted` |
//! | encodings other than the shortest, columns out of order | sync `other_encodings_of_the_same_change_are_refused`; `every_other_encoding_of_a_column_is_refused` |
//! | marks, counters, lists, text, tables | sync `only_maps_scalars_and_removals_are_allowed`; `marks_are_refused_by_their_columns` |
//! | another change under the same number | sync `actors_and_numbers_must_be_right` (`SequenceReused`) |
//! | dependencies that never come | sync `an_unknown_dependency_holds_the_edit`; `HELD_PER_DEVICE` |
//! | 20,000 writers of one key, predecessor bombs | sync `a_change_sees_at_most_so_many_predecessors` |
//! | actors of 0 bytes and of a megabyte, messages, extra bytes of any size | `names_of_any_length_are_refused_by_their_length` |

use bidao_hostile::chunk::{Chunk, sealed};
use bidao_hostile::column::{COLUMNS, Kind, Style, put, put_signed, read, write};
use bidao_hostile::endure::{Said, endure};
use bidao_hostile::scene::{self, Scene, somebody};
use bidao_hostile::source::Source;
use bidao_sync::code::Code;
use bidao_sync::document::Document;

fn record() -> Scene {
    scene::all().swap_remove(1)
}

/// What the gate says to a right change after something was done to it.
fn said(scene: &Scene, spoil: impl FnOnce(&mut Chunk)) -> Said {
    let mut chunk = Chunk::read(&scene.right[0]).expect("a change");
    spoil(&mut chunk);
    endure(scene, &[&chunk.bytes()]).expect("bounded, and harmless if let in").said
}

fn column(chunk: &mut Chunk, id: u64) -> &mut Vec<u8> {
    let at = chunk.columns.iter().position(|(known, _)| *known == id);
    let at = at.unwrap_or_else(|| {
        let place = chunk.columns.iter().position(|(known, _)| *known > id).unwrap_or(chunk.columns.len());
        chunk.columns.insert(place, (id, Vec::new()));
        place
    });
    &mut chunk.columns[at].1
}

#[test]
fn a_saved_document_that_was_damaged_is_not_loaded() {
    let saved = record().document.expect("a record").save();
    for end in 0..saved.len() {
        assert!(Document::load(&saved[..end]).is_err(), "cut at {end}");
    }
    for bit in 0..saved.len() * 8 {
        let mut flipped = saved.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(Document::load(&flipped).is_err(), "bit {bit}");
    }
}

#[test]
fn a_saved_document_with_a_forged_checksum_never_brings_the_reader_down() {
    let saved = record().document.expect("a record").save();
    let header = 9 + saved[9..].iter().position(|byte| byte & 0x80 == 0).expect("a length") + 1;
    let mut source = Source::seeded(1);
    let mut loaded = 0;
    for _ in 0..5000 {
        let mut contents = saved[header..].to_vec();
        for _ in 0..1 + source.below(3) {
            let at = source.below(contents.len());
            contents[at] = source.word() as u8;
        }
        loaded += usize::from(Document::load(&sealed(0, &contents)).is_ok());
    }
    // Most of what can be loaded is another document: only ours are, and they were saved by us.
    assert!(loaded > 0, "nothing got past the checksum");
}

#[test]
fn a_deflated_chunk_or_column_is_refused_unread() {
    let scene = record();
    // A deflate stream of zeros without end: whoever began to inflate it would still be at it.
    let bomb = [&[0xed, 0xc1, 0x01, 0x01, 0x00, 0x00, 0x00, 0x80, 0x90, 0xfe, 0xaf, 0xee][..], &[0; 60_000]]
        .concat();
    let chunk = sealed(2, &bomb);
    assert_eq!(endure(&scene, &[&chunk]).expect("bounded").said, Said::Refused(Code::NotAChange));
    for (id, _) in COLUMNS {
        let deflated = said(&scene, |chunk| {
            if let Some(column) = chunk.columns.iter_mut().find(|(known, _)| *known == id) {
                column.0 |= 8;
            } else {
                chunk.columns.push((id | 8, bomb.clone()));
            }
        });
        assert_eq!(deflated, Said::Refused(Code::OperationNotAllowed), "column {id}");
    }
}

#[test]
fn a_bomb_in_any_column_is_refused() {
    let scene = record();
    for (id, kind) in COLUMNS.into_iter().filter(|(_, kind)| *kind != Kind::Raw) {
        for run in [100_000_i64, 1 << 31, 1 << 40, i64::MAX] {
            let mut bomb = Vec::new();
            match kind {
                Kind::Flag => put(&mut bomb, run.unsigned_abs()),
                Kind::Text => {
                    put_signed(&mut bomb, run);
                    bomb.extend([1, b'k']);
                }
                Kind::Number | Kind::Delta | Kind::Raw => {
                    put_signed(&mut bomb, run);
                    bomb.push(1);
                }
            }
            let word = said(&scene, |chunk| *column(chunk, id) = bomb);
            assert!(matches!(word, Said::Refused(_)), "column {id}, {run}: {word:?}");
        }
    }
}

#[test]
fn an_actor_is_named_if_and_only_if_it_is_used() {
    let scene = record();
    let unused = said(&scene, |chunk| chunk.others.push(somebody().0.to_vec()));
    assert_eq!(unused, Said::Refused(Code::NotCanonical));
    for id in [1, 17, 113] {
        let unknown = said(&scene, |chunk| *column(chunk, id) = vec![0x7f, 5]);
        assert!(matches!(unknown, Said::Refused(_)), "column {id}: {unknown:?}");
    }
}

#[test]
fn an_operation_cannot_follow_itself() {
    let scene = record();
    let itself = said(&scene, |chunk| {
        let mut own = vec![0x7f];
        put_signed(&mut own, i64::try_from(chunk.start).expect("small"));
        *column(chunk, 115) = own;
    });
    assert!(matches!(itself, Said::Refused(_)), "{itself:?}");
}

#[test]
fn a_change_that_brings_the_data_type_down_leaves_the_record_as_it_was() {
    let scene = record();
    let before = scene.document.as_ref().expect("a record").save();
    let mut source = Source::seeded(2);
    for _ in 0..2000 {
        let changes = bidao_hostile::mutate::changes(&scene, &mut source);
        endure(&scene, &changes.iter().map(Vec::as_slice).collect::<Vec<_>>()).expect("bounded and harmless");
    }
    assert_eq!(scene.document.as_ref().expect("a record").save(), before);
    assert_eq!(said(&scene, |_| ()), Said::Accepted(1));
}

#[test]
fn no_operation_number_comes_near_its_end() {
    let scene = record();
    for start in [(1 << 31) - 1, (1 << 32) - 2, (1 << 32) - 1, 1 << 32, u64::MAX] {
        assert_eq!(said(&scene, |chunk| chunk.start = start), Said::Refused(Code::LimitExceeded), "{start}");
        let counted = said(&scene, |chunk| chunk.sequence = start);
        assert!(
            matches!(counted, Said::Refused(Code::LimitExceeded | Code::SequenceGap)),
            "{start}: {counted:?}"
        );
    }
    for none in [said(&scene, |chunk| chunk.start = 0), said(&scene, |chunk| chunk.sequence = 0)] {
        assert_eq!(none, Said::Refused(Code::BadChange));
    }
}

#[test]
fn every_other_encoding_of_a_column_is_refused() {
    let (mut tried, mut refused) = (0, 0);
    for scene in scene::all() {
        for right in &scene.right {
            let chunk = Chunk::read(right).expect("a change");
            for (at, (id, bytes)) in chunk.columns.iter().enumerate() {
                let kind = COLUMNS.iter().find(|(known, _)| known == id).expect("a known column").1;
                if matches!(kind, Kind::Raw | Kind::Flag) {
                    continue;
                }
                let rows = read(kind, bytes).expect("rows");
                for style in [Style::Literals, Style::Ones, Style::Split, Style::Loose] {
                    let mut other = chunk.clone();
                    other.columns[at].1 = write(&rows, style);
                    if other == chunk {
                        continue;
                    }
                    let word = endure(&scene, &[&other.bytes()]).expect("bounded").said;
                    tried += 1;
                    refused += usize::from(matches!(word, Said::Refused(_)));
                }
            }
            let mut swapped = chunk.clone();
            swapped.columns.swap(0, 1);
            assert!(matches!(endure(&scene, &[&swapped.bytes()]).expect("bounded").said, Said::Refused(_)));
        }
    }
    assert_eq!((refused, tried > 100), (tried, true));
}

#[test]
fn marks_are_refused_by_their_columns() {
    let scene = record();
    for id in [148, 165] {
        let marked = said(&scene, |chunk| *column(chunk, id) = vec![1]);
        assert_eq!(marked, Said::Refused(Code::OperationNotAllowed), "column {id}");
    }
}

#[test]
fn names_of_any_length_are_refused_by_their_length() {
    let scene = record();
    for length in [0, 8, 15, 17, 60_000] {
        let foreign = Said::Refused(Code::ForeignActor);
        assert_eq!(said(&scene, |chunk| chunk.actor = vec![1; length]), foreign, "{length}");
        assert_eq!(said(&scene, |chunk| chunk.others.push(vec![1; length])), foreign, "{length}");
    }
    let mega = vec![1; 1 << 20];
    assert_eq!(said(&scene, |chunk| chunk.actor = mega.clone()), Said::Refused(Code::LimitExceeded));
    assert_eq!(said(&scene, |chunk| chunk.extra = mega.clone()), Said::Refused(Code::LimitExceeded));
    assert_eq!(said(&scene, |chunk| chunk.message = mega), Said::Refused(Code::LimitExceeded));
    assert_eq!(said(&scene, |chunk| chunk.extra = vec![1; 100]), Said::Refused(Code::ExtraBytes));
    assert_eq!(said(&scene, |chunk| chunk.message = vec![b'm'; 257]), Said::Refused(Code::LimitExceeded));
}
