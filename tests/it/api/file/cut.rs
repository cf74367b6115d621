//! Lines that break, and two requests at once.

use std::io::BufRead as _;

use rand::Rng as _;

use super::*;

fn headers(offset: &str, length: &str) -> [(&'static str, String); 4] {
    [
        ("tus-resumable", "1.0.0".into()),
        ("content-type", "application/offset+octet-stream".into()),
        ("upload-offset", offset.into()),
        ("upload-length", length.into()),
    ]
}

/// Sends `part` of what it says it sends.
fn cut(client: &Client, name: &str, from: usize, whole: &[u8], part: usize) -> Option<u16> {
    let headers = headers(&from.to_string(), &whole.len().to_string());
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    client.send_cut("PATCH", &at(name), &headers, whole.len() - from, &whole[from..from + part])
}

#[test]
fn a_body_that_breaks_off_keeps_every_byte_that_arrived() {
    on_all(|app| {
        let (_, phone) = cadre(app);
        let photo = random_bytes(11, 200_000);
        let name = sha256(&photo);
        let mut sent = 0;
        // The framework drops what it holds of a body that comes faster than it is taken: more than 32 KiB at once.
        for part in [1, 1000, 16_384, 32_000, 31_999] {
            assert_eq!(cut(&phone.client, &name, sent, &photo, part), Some(400));
            sent += part;
            assert_eq!(offset(&head(&phone.client, &name)), Some(sent));
        }
        assert_eq!(patch(&phone.client, &name, sent, &photo[sent..]).status, 204);
        assert!(is_stored(app, &photo));
    });
}

#[test]
fn whatever_is_cut_where_the_file_arrives_whole() {
    on_all(|app| {
        let (_, phone) = cadre(app);
        for seed in 0..12 {
            let mut rng = StdRng::seed_from_u64(seed);
            let length = rng.random_range(1..900_000);
            let photo = random_bytes(seed + 100, length);
            let name = sha256(&photo);
            let mut reached = 0;
            for _ in 0..rng.random_range(0..6) {
                let part = rng.random_range(0..=length - reached);
                if part == length - reached {
                    break;
                }
                if rng.random() {
                    cut(&phone.client, &name, reached, &photo, part);
                } else {
                    // Gone without a word: whether the server noticed is its own affair.
                    let wanted = headers(&reached.to_string(), &length.to_string());
                    let wanted: Vec<(&str, &str)> = wanted.iter().map(|(n, v)| (*n, v.as_str())).collect();
                    let bytes = &photo[reached..reached + part];
                    drop(phone.client.begin("PATCH", &at(&name), &wanted, length - reached, bytes));
                }
                let now = head(&phone.client, &name);
                let there = if now.status == 404 { 0 } else { offset(&now).expect("where") };
                // A request that was left behind may still have been at work.
                assert!((reached..length).contains(&there), "seed {seed}: {reached} {there} {part}");
                reached = there;
            }
            // A request that was left behind may still be at work: asking ends it.
            loop {
                let answer = bring_rest(&phone.client, &name, reached, &photo);
                match answer.status {
                    204 => break,
                    409 => reached = offset(&answer).expect("where"),
                    423 => reached = offset(&head(&phone.client, &name)).expect("where"),
                    other => panic!("seed {seed}: {other} {}", answer.code()),
                }
            }
            assert!(is_stored(app, &photo), "seed {seed}");
        }
    });
}

fn bring_rest(client: &Client, name: &str, from: usize, photo: &[u8]) -> Answer {
    let headers = headers(&from.to_string(), &photo.len().to_string());
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    client.send("PATCH", &at(name), &headers, &photo[from..])
}

#[test]
fn half_a_body_with_a_checksum_proves_nothing_and_is_dropped() {
    on_all(|app| {
        let (_, phone) = cadre(app);
        let photo = random_bytes(12, 200_000);
        let name = sha256(&photo);
        bring(&phone.client, &name, photo.len(), &photo[..10]);
        let sum = "sha1 Lve95gjOVATpfV8EL5X4nxwjKHE=";
        let headers = [VERSION, PIECE, ("upload-offset", "10"), ("upload-checksum", sum)];
        let status = phone.client.send_cut("PATCH", &at(&name), &headers, 199_990, &photo[10..150_000]);
        assert_eq!(status, Some(400));
        assert_eq!(offset(&head(&phone.client, &name)), Some(10));
    });
}

#[test]
fn of_two_at_once_one_is_refused_and_asking_ends_the_first() {
    on_all(|app| {
        let (_, phone) = cadre(app);
        let photo = random_bytes(13, 300_000);
        let name = sha256(&photo);
        bring(&phone.client, &name, photo.len(), b"");
        // As when a request is under way.
        let turn = app.app.turns.take(&name).expect("free");
        let refused = patch(&phone.client, &name, 0, &photo);
        assert_eq!((refused.status, refused.code().as_str()), (423, "busy"));
        drop(turn);

        let length = photo.len().to_string();
        let first = [VERSION, PIECE, ("upload-offset", "0"), ("upload-length", &length)];
        let line = phone.client.begin("PATCH", &at(&name), &first, photo.len(), &photo[..100_000]);
        // Either it asks before the first has begun, or it ends the first.
        let mut reached = offset(&head(&phone.client, &name)).expect("where");
        assert!(reached <= 100_000);
        loop {
            let answer = patch(&phone.client, &name, reached, &photo[reached..]);
            match answer.status {
                204 => break,
                409 => reached = offset(&answer).expect("where"),
                _ => reached = offset(&head(&phone.client, &name)).expect("where"),
            }
        }
        assert!(is_stored(app, &photo), "never bytes of both");
        let mut answer = String::new();
        line.shutdown(std::net::Shutdown::Write).expect("open");
        let _ = std::io::BufReader::new(line).read_line(&mut answer);
        // Interrupted, too late, or begun when the file was there already.
        let status = answer.split(' ').nth(1).unwrap_or_default().to_owned();
        assert!(["423", "409", "204", "400"].contains(&status.as_str()), "{answer}");
    });
}
