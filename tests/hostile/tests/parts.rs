//! The tools themselves: what they take apart they put together as it was, so that what they spoil is one thing.

use bidao_hostile::chunk::Chunk;
use bidao_hostile::column::{COLUMNS, Kind, Style, read, write};
use bidao_hostile::endure::{Said, endure};
use bidao_hostile::scene;

#[test]
fn a_right_change_comes_back_as_it_was() {
    let mut columns = 0;
    for scene in scene::all() {
        for right in &scene.right {
            let chunk = Chunk::read(right).expect("a change");
            assert_eq!(&chunk.bytes(), right, "{}", scene.name);
            for (id, bytes) in &chunk.columns {
                let kind = COLUMNS.iter().find(|(known, _)| known == id).expect("a known column").1;
                if !matches!(kind, Kind::Raw | Kind::Flag) {
                    let rows = read(kind, bytes).expect("rows");
                    assert_eq!(&write(&rows, Style::Canonical), bytes, "{}: column {id}", scene.name);
                    columns += 1;
                }
            }
        }
    }
    assert!(columns > 100, "{columns} columns");
}

#[test]
fn every_right_change_of_every_scene_is_let_in_and_lasts() {
    for scene in scene::all() {
        assert!(!scene.right.is_empty(), "{}", scene.name);
        for right in &scene.right {
            let endured = endure(&scene, &[right]).expect("it lasts");
            assert_eq!(endured.said, Said::Accepted(1), "{}", scene.name);
        }
    }
}
