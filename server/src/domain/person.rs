//! Persons as others see them: a name with the roles held today.

use std::collections::BTreeMap;

use bidao_schema::api::person::Person;

use crate::error::Result;
use crate::store::{self, Tx, assignment};

/// A person with the roles held on `today`; a person nobody knows has an empty name.
///
/// # Errors
/// The database fails.
pub fn of(tx: &mut Tx, id: &str, today: &str) -> Result<Person> {
    let name = store::person::find(tx, id)?.map(|row| row.name).unwrap_or_default();
    let mut person = Person { id: id.to_owned(), name, roles: Vec::new(), areas: Vec::new() };
    for (role, area) in assignment::valid_on(tx, id, today)? {
        hold(&mut person, role, area);
    }
    Ok(person)
}

/// The people who hold these assignments on `today`, by name; each with what these assignments say.
///
/// # Errors
/// The database fails.
pub fn holding(tx: &mut Tx, assignments: &[assignment::Row], today: &str) -> Result<Vec<Person>> {
    let mut people: BTreeMap<String, Person> = BTreeMap::new();
    for row in assignments.iter().filter(|row| row.is_valid_on(today)) {
        let person = people.entry(row.person.clone()).or_insert_with(|| Person {
            id: row.person.clone(),
            name: String::new(),
            roles: Vec::new(),
            areas: Vec::new(),
        });
        hold(person, row.role()?, row.area.clone());
    }
    let ids: Vec<String> = people.keys().cloned().collect();
    for (id, name) in store::person::names(tx, &ids)? {
        if let Some(person) = people.get_mut(&id) {
            person.name = name;
        }
    }
    let mut people: Vec<Person> = people.into_values().collect();
    people.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(people)
}

fn hold(person: &mut Person, role: bidao_schema::api::person::Role, area: String) {
    if !person.roles.contains(&role) {
        person.roles.push(role);
    }
    if !person.areas.contains(&area) {
        person.areas.push(area);
    }
}
