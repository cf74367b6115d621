//! Photos that people of the demo take on the doorstep, where the household permits it. Some people are lazy:
//! now and then a picture of another household is sent in again, as it was or written anew.

use bidao_sync::document::Put;
use bidao_sync::feed::sha256;
use bidao_sync::ids::RecordId;
use rand::Rng;
use rand::seq::IndexedRandom;

use super::drawing::{SIZE, photo};
use super::phone::SimPhone;

/// JPEG quality of a photo, and of one that is written anew.
const QUALITY: [u8; 2] = [72, 58];
/// Photos of one visit; many visits have none.
const NUMBERS: [usize; 4] = [0, 0, 1, 2];

/// A view that was photographed.
#[derive(Debug, Clone)]
pub struct View {
    /// What it is drawn from.
    seed: u64,
    /// The household it shows.
    household: RecordId,
}

/// Whether the household, as this phone knows it, lets its house be photographed.
pub fn is_permitted(phone: &SimPhone, household: RecordId) -> bool {
    let answers = phone.phone.answers(household).unwrap_or_default();
    matches!(answers["photo_permission"].as_str(), Some("exterior_only" | "interior_ok"))
}

/// Photos of a household outside; what the visit writes about them. The files stay on the phone until they are sent.
pub fn take(phone: &mut SimPhone, household: RecordId, now: i64) -> Vec<Put> {
    let number = NUMBERS.choose(&mut phone.rng).copied().unwrap_or_default();
    (0..number).flat_map(|_| take_one(phone, household, now)).collect()
}

fn take_one(phone: &mut SimPhone, household: RecordId, now: i64) -> Vec<Put> {
    let others: Vec<View> = phone.album.iter().filter(|view| view.household != household).cloned().collect();
    let again = others.choose(&mut phone.rng).filter(|_| phone.tally.photos % 12 == 11);
    let (seed, quality) = match again {
        Some(view) => (view.seed, QUALITY[usize::from(phone.rng.random_bool(0.5))]),
        None => (phone.rng.random(), QUALITY[0]),
    };
    let is_again = again.is_some();
    phone.tally.photos += 1;
    phone.album.push(View { seed, household });
    let bytes = photo(seed, quality);
    let (id, digest) = (bidao_sync::ids::to_hex(&phone.rng.random::<[u8; 16]>()), sha256(&bytes));
    let path = |field: &str| format!("photos/{id}/{field}");
    if is_again {
        phone.reused.push(path("file"));
    }
    let puts = vec![
        Put::new(path("file"), digest.to_string()),
        Put::new(path("mime"), "jpeg"),
        Put::new(path("bytes"), bytes.len()),
        Put::new(path("width"), SIZE.0),
        Put::new(path("height"), SIZE.1),
        Put::new(path("captured_at"), now),
        Put::new(path("source"), "in_app_camera"),
        Put::new(path("subject"), "exterior"),
        Put::new(path("people_visible"), "none"),
    ];
    phone.files.insert(digest, bytes);
    puts
}
