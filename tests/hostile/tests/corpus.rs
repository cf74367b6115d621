//! Every input that fuzzing kept, and every one that once failed, through its target again.

use std::path::Path;

use bidao_hostile::targets::TARGETS;

#[test]
fn every_kept_input_passes_its_target() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    for (name, target) in TARGETS {
        let mut inputs = 0;
        for entry in std::fs::read_dir(corpus.join(name)).expect("a corpus for every target") {
            let bytes = std::fs::read(entry.expect("an entry").path()).expect("an input");
            target(&bytes);
            inputs += 1;
        }
        assert!(inputs > 0, "{name} has no corpus");
    }
}
