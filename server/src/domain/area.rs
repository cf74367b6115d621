//! Areas: the operator loads the official table of districts, townships and villages (domain §7.1).

use std::collections::BTreeSet;

use bidao_schema::api::area::AreaLevel;
use bidao_schema::codes::area_level;

use super::access::significant;
use super::account::entry;
use crate::error::{Error, Result};
use crate::store::audit::Audit;
use crate::store::{Tx, area};

/// First line of the file.
const HEAD: &str = "code,name,level,parent";

/// Reads a CSV file of areas. Names hold no commas or quotes, so the plain form is enough, and anything
/// else is refused with its line.
///
/// # Errors
/// `invalid`, field `line N`.
pub fn parse(text: &str) -> Result<Vec<area::Row>> {
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    if lines.next().map(str::trim) != Some(HEAD) {
        return Err(Error::invalid("line 1", format!("expected the head {HEAD}")));
    }
    let rows = lines.enumerate().filter(|(_, line)| !line.trim().is_empty());
    rows.map(|(index, line)| {
        read_line(line).map_err(|detail| Error::invalid(format!("line {}", index + 2), detail))
    })
    .collect()
}

fn read_line(line: &str) -> Result<area::Row, &'static str> {
    let fields: Vec<&str> = line.split(',').map(str::trim).collect();
    let [code, name, level, parent] = fields[..] else { return Err("expected four fields") };
    if line.contains('"') || name.is_empty() {
        return Err("a name is needed, without quotes");
    }
    let expected = match area_level(code) {
        Some(AreaLevel::District) => "district",
        Some(AreaLevel::Township) => "township",
        Some(AreaLevel::Village) => "village",
        None => return Err("a code has 12 digits"),
    };
    if level != expected {
        return Err("the level does not fit the code's trailing zeros");
    }
    if parent.is_empty() != (level == "district") {
        return Err("every area but a district has a parent");
    }
    if !parent.is_empty() && (parent == code || !code.starts_with(significant(parent))) {
        return Err("the code does not begin like its parent's");
    }
    let parent = (!parent.is_empty()).then(|| parent.to_owned());
    Ok(area::Row { code: code.into(), name: name.into(), level: level.into(), parent })
}

/// Stores areas; codes already known get the new name.
///
/// # Errors
/// `invalid` when a parent is neither in the file nor known, or the database fails.
pub fn load(tx: &mut Tx, rows: &[area::Row], at: i64) -> Result<Audit> {
    let codes: BTreeSet<&str> = rows.iter().map(|row| row.code.as_str()).collect();
    for row in rows {
        if let Some(parent) = &row.parent
            && !codes.contains(parent.as_str())
            && area::find(tx, parent)?.is_none()
        {
            return Err(Error::invalid("parent", format!("{} of {} is not an area", parent, row.code)));
        }
        area::put(tx, row)?;
    }
    Ok(Audit::of(entry(at, "system", "load_areas", "", &format!("{} areas", rows.len()))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Db, Location};

    const FILE: &str = "\u{feff}code,name,level,parent\r\n500114000000,黔江区,district,\r\n\
                        500114101000,石会镇,township,500114000000\n\n500114101001,中元村,village,500114101000\n";

    fn load_text(db: &Db, text: &str) -> Result<usize> {
        let rows = parse(text)?;
        db.write_blocking(move |tx| Ok((rows.len(), load(tx, &rows, 0)?)))
    }

    #[test]
    fn a_table_can_be_loaded_twice_with_new_names() {
        let db = Db::open(Location::Memory).unwrap();
        assert_eq!(load_text(&db, FILE).unwrap(), 3);
        load_text(&db, &FILE.replace("中元村", "中元社区")).unwrap();
        let names = db.read_blocking(|tx| area::under(tx, "500114101")).unwrap();
        assert_eq!(names.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["石会镇", "中元社区"]);
    }

    #[test]
    fn a_bad_line_is_named() {
        let lines = [
            "500114101001,中元村,village",
            "500114101001,,village,500114101000",
            "50011410100,中元村,village,500114101000",
            "500114101001,中元村,township,500114000000",
            "500114101001,中元村,village,500114102000",
            "500114101001,中元村,village,",
            "500114101001,\"中元村\",village,500114101000",
        ];
        for line in lines {
            let refused = parse(&format!("{HEAD}\n500114000000,黔江区,district,\n{line}\n"));
            assert!(
                matches!(refused, Err(Error::Refused { field: Some(field), .. }) if field == "line 3"),
                "{line}"
            );
        }
        assert!(parse("code;name\n").is_err());
    }

    #[test]
    fn a_parent_must_be_known() {
        let db = Db::open(Location::Memory).unwrap();
        let orphan = format!("{HEAD}\n500114101001,中元村,village,500114101000\n");
        assert!(load_text(&db, &orphan).is_err());
        load_text(&db, FILE).unwrap();
        load_text(&db, &orphan).unwrap();
    }
}
