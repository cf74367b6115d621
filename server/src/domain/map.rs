//! The map of villages that the operator loads: GeoJSON (RFC 7946) areas named by village codes. Only shapes, codes and
//! names are kept, whatever else the file says.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::account::entry;
use crate::error::{Error, Result};
use crate::store::audit::Audit;
use crate::store::{Tx, area, setting};

/// Name of the setting that holds the map.
const MAP: &str = "map";
/// Most bytes of a file.
pub const BYTES: usize = 8 * 1024 * 1024;

/// Reads a map: a FeatureCollection of polygons, each with the property `code`.
///
/// # Errors
/// `invalid`, field `features/N`.
pub fn parse(text: &str) -> Result<Value> {
    if text.len() > BYTES {
        return Err(Error::invalid("file", "at most 8 MiB; simplify the shapes"));
    }
    let read: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| Error::invalid("file", format!("no JSON: {error}")))?;
    let features = read["features"].as_array().filter(|_| read["type"] == "FeatureCollection");
    let features = features.ok_or_else(|| Error::invalid("file", "expected a GeoJSON FeatureCollection"))?;
    let mut codes = BTreeSet::new();
    let kept: Result<Vec<Value>> = features
        .iter()
        .enumerate()
        .map(|(number, feature)| {
            let kept = shape(feature).map_err(|why| Error::invalid(format!("features/{number}"), why))?;
            let is_new = codes.insert(kept["properties"]["code"].to_string());
            if is_new {
                Ok(kept)
            } else {
                Err(Error::invalid(format!("features/{number}"), "its code comes twice"))
            }
        })
        .collect();
    Ok(json!({"type": "FeatureCollection", "features": kept?}))
}

fn shape(feature: &Value) -> std::result::Result<Value, &'static str> {
    let properties = &feature["properties"];
    let code = properties["code"].as_str().ok_or("the property `code` is missing: 12 digits")?;
    if code.len() != 12 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Err("the property `code` has 12 digits");
    }
    let geometry = &feature["geometry"];
    let depth = match geometry["type"].as_str() {
        Some("Polygon") => 1,
        Some("MultiPolygon") => 2,
        _ => return Err("expected a Polygon or MultiPolygon"),
    };
    if !are_positions(&geometry["coordinates"], depth) {
        return Err("coordinates are rings of at least four [longitude, latitude]");
    }
    let name = properties["name"].as_str().unwrap_or_default();
    Ok(json!({
        "type": "Feature",
        "properties": {"code": code, "name": name},
        "geometry": {"type": geometry["type"], "coordinates": geometry["coordinates"]},
    }))
}

/// Rings of positions within degrees, `depth` lists deep.
fn are_positions(value: &Value, depth: u8) -> bool {
    let Some(list) = value.as_array() else { return false };
    if depth > 0 {
        let is_ring =
            depth > 1 || list.iter().all(|ring| ring.as_array().is_some_and(|ring| ring.len() >= 4));
        return !list.is_empty() && is_ring && list.iter().all(|inner| are_positions(inner, depth - 1));
    }
    let is_position = |position: &Value| {
        let at = |index: usize| position.get(index).and_then(Value::as_f64);
        at(0).is_some_and(|longitude| longitude.abs() <= 180.0)
            && at(1).is_some_and(|latitude| latitude.abs() <= 90.0)
    };
    list.iter().all(is_position)
}

/// Keeps a map in place of the one before; answers how many shapes name no known area.
///
/// # Errors
/// The database fails.
pub fn load(tx: &mut Tx, map: &Value, at: i64) -> Result<(usize, Audit)> {
    let known: BTreeSet<String> = area::under(tx, "")?.into_iter().map(|row| row.code).collect();
    let shapes = map["features"].as_array().map_or(&[][..], Vec::as_slice);
    let is_unknown =
        |shape: &&Value| !shape["properties"]["code"].as_str().is_some_and(|code| known.contains(code));
    let unknown = shapes.iter().filter(is_unknown).count();
    setting::put(tx, MAP, &map.to_string())?;
    let detail = format!("{} shapes", shapes.len());
    Ok((unknown, Audit::of(entry(at, "system", "load_map", "", &detail))))
}

/// The map as GeoJSON.
///
/// # Errors
/// `not_found` when none was loaded, or the database fails.
pub fn find(tx: &mut Tx) -> Result<String> {
    setting::find(tx, MAP)?.ok_or_else(|| Error::not_found("map"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(code: &str) -> Value {
        json!({"type": "Feature", "properties": {"code": code, "name": "中元村", "owner": "田大山"},
            "geometry": {"type": "Polygon", "coordinates": [[[108.7, 29.5], [108.8, 29.5], [108.8, 29.6], [108.7, 29.5]]]}})
    }

    fn file(features: &[Value]) -> String {
        json!({"type": "FeatureCollection", "features": features}).to_string()
    }

    #[test]
    fn only_shapes_codes_and_names_are_kept() {
        let map = parse(&file(&[square("500114101001")])).unwrap();
        assert_eq!(map["features"][0]["properties"], json!({"code": "500114101001", "name": "中元村"}));
        assert_eq!(map["features"][0]["geometry"], square("500114101001")["geometry"]);
    }

    #[test]
    fn what_is_no_map_says_where() {
        let mut open = square("500114101001");
        open["geometry"]["coordinates"] = json!([[[108.7, 29.5], [108.8, 29.5]]]);
        let mut metres = square("500114101001");
        metres["geometry"]["coordinates"][0][0] = json!([36_000_000, 3_200_000]);
        for (text, place) in [
            ("[".to_owned(), "file"),
            ("{}".to_owned(), "file"),
            (file(&[square("5001")]), "features/0"),
            (file(&[square("500114101001"), square("500114101001")]), "features/1"),
            (file(&[open]), "features/0"),
            (file(&[metres]), "features/0"),
        ] {
            let Err(Error::Refused { field, .. }) = parse(&text) else { panic!("{text}") };
            assert_eq!(field.as_deref(), Some(place), "{text}");
        }
    }
}
