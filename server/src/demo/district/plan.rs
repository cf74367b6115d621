//! A district as it is to be entered: which village has which households, how poor they are, what is planned for them.
//! The same seed makes the same district, and its sums are the totals it was made to.

use bidao_schema::calendar::Date;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use super::family::{self, Member, Registry};
use super::place::Places;
use super::totals::Totals;

/// Villagers' groups of a village.
const GROUPS: usize = 5;
/// Days for which everybody has held their office.
const IN_OFFICE: i64 = 150;
/// Households of a village with a resident team, for each two of another: the poorest villages have the teams.
const WEIGHTS: [std::ops::RangeInclusive<usize>; 2] = [2..=4, 1..=3];

/// A household.
#[derive(Debug, Clone)]
pub struct House {
    /// 系统内.
    pub in_system: bool,
    /// 贫困程度.
    pub severity: &'static str,
    /// 主要致贫原因.
    pub cause: &'static str,
    /// Primary measures: one, in a few households two; outside the system none.
    pub measures: Vec<&'static str>,
    /// Projects.
    pub projects: usize,
    /// Members; the first is the head.
    pub members: Vec<Member>,
}

/// All of it.
#[derive(Debug, Clone)]
pub struct District {
    /// What it adds up to.
    pub totals: Totals,
    /// Where, and who works there.
    pub places: Places,
    /// Households of each village, in order of their number.
    pub houses: Vec<Vec<House>>,
}

impl District {
    /// So many percent of the bulletin's district, as it is on a day.
    #[must_use]
    pub fn of(seed: u64, percent: u32, today: Date) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let totals = Totals::of(percent);
        let since = today.add_days(-IN_OFFICE).unwrap_or(Date::MIN);
        let places = Places::draw(&mut rng, &totals, since);
        let mut houses = vec![Vec::new(); places.villages.len()];
        let mut registry = Registry::default();
        let shells = shells(&mut rng, &totals);
        let homes = homes(&mut rng, &places, shells.len());
        for (shell, village) in shells.into_iter().zip(homes) {
            let place = format!("{village} {}", group(houses[village].len()));
            let measure = shell.measures.first().copied().unwrap_or_default();
            let members = registry.draw(&mut rng, &place, shell.persons, measure, today);
            let cause = family::cause(&mut rng, &members, measure);
            let Shell { in_system, severity, measures, projects, .. } = shell;
            houses[village].push(House { in_system, severity, cause, measures, projects, members });
        }
        Self { totals, places, houses }
    }

    /// Records of a village.
    #[must_use]
    pub fn records(&self, village: usize) -> usize {
        self.houses[village].iter().map(|house| 1 + house.measures.len() + house.projects).sum()
    }
}

/// The villagers' group of the household of that number, from 0.
#[must_use]
pub fn group(number: usize) -> String {
    format!("{}组", number % GROUPS + 1)
}

/// A household without a place and without people.
struct Shell {
    in_system: bool,
    severity: &'static str,
    persons: usize,
    measures: Vec<&'static str>,
    projects: usize,
}

fn shells(rng: &mut StdRng, totals: &Totals) -> Vec<Shell> {
    let inside = totals.in_system();
    let severity = dealt(rng, totals.severity);
    let persons = sizes(rng, inside, totals.persons);
    let projects = projects(rng, totals);
    let measures = measures(rng, totals);
    let parts = severity.into_iter().zip(persons).zip(projects.into_iter().zip(measures));
    let mut shells: Vec<Shell> = parts
        .map(|((severity, persons), (projects, measures))| Shell {
            in_system: true,
            severity,
            persons,
            measures,
            projects,
        })
        .collect();
    // Published figures cover the households in the system only (domain §2 A7).
    for persons in sizes(rng, totals.outside, totals.outside_persons) {
        let severity = ["severe", "moderate", "moderate", "light"][rng.random_range(0..4)];
        shells.push(Shell { in_system: false, severity, persons, measures: Vec::new(), projects: 0 });
    }
    shells.shuffle(rng);
    shells
}

/// So many of each, shuffled.
fn dealt<const N: usize>(rng: &mut StdRng, counts: [(&'static str, usize); N]) -> Vec<&'static str> {
    let mut all: Vec<&str> =
        counts.into_iter().flat_map(|(code, count)| std::iter::repeat_n(code, count)).collect();
    all.shuffle(rng);
    all
}

/// Sizes of so many households with so many persons.
fn sizes(rng: &mut StdRng, households: usize, persons: usize) -> Vec<usize> {
    const LARGEST: usize = 7;
    let usual = [1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 6];
    let mut sizes: Vec<usize> = (0..households).map(|_| usual[rng.random_range(0..usual.len())]).collect();
    let mut sum: usize = sizes.iter().sum();
    while sum != persons {
        let size = &mut sizes[rng.random_range(0..households)];
        if sum < persons && *size < LARGEST {
            (*size, sum) = (*size + 1, sum + 1);
        } else if sum > persons && *size > 1 {
            (*size, sum) = (*size - 1, sum - 1);
        }
    }
    sizes
}

fn projects(rng: &mut StdRng, totals: &Totals) -> Vec<usize> {
    let [one, two, three] = totals.buckets;
    let mut projects = vec![3; three];
    for _ in 0..totals.surplus {
        projects[rng.random_range(0..three)] += 1;
    }
    projects.extend(std::iter::repeat_n(1, one).chain(std::iter::repeat_n(2, two)));
    projects.shuffle(rng);
    projects
}

/// One primary measure for each household in the system; what the batches are over goes to households of another batch.
fn measures(rng: &mut StdRng, totals: &Totals) -> Vec<Vec<&'static str>> {
    let mut types = dealt(rng, totals.primary);
    let over = types.split_off(totals.in_system());
    let mut measures: Vec<Vec<&str>> = types.into_iter().map(|code| vec![code]).collect();
    for code in over {
        loop {
            let of = &mut measures[rng.random_range(0..totals.in_system())];
            if of.len() == 1 && of[0] != code {
                of.push(code);
                break;
            }
        }
    }
    measures
}

/// The village of each household: every village has some.
fn homes(rng: &mut StdRng, places: &Places, households: usize) -> Vec<usize> {
    let weights: Vec<usize> = places
        .villages
        .iter()
        .map(|village| rng.random_range(WEIGHTS[usize::from(!village.has_team())].clone()))
        .collect();
    let all: usize = weights.iter().sum();
    let (mut before, mut homes) = (0, Vec::with_capacity(households));
    for (village, weight) in weights.into_iter().enumerate() {
        let upto = (before + weight) * households / all;
        homes.resize(upto, village);
        before += weight;
    }
    homes
}

#[cfg(test)]
mod tests {
    use super::*;
    use bidao_schema::check::Context;
    use bidao_schema::field::Severity;
    use bidao_sync::document::Document;
    use bidao_sync::ids::{ActorId, DeviceId};
    use std::collections::BTreeMap;

    fn today() -> Date {
        Date::parse("2015-11-30").unwrap()
    }

    fn counts<'a>(of: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
        of.fold(BTreeMap::new(), |mut counted, code| {
            *counted.entry(code).or_default() += 1;
            counted
        })
    }

    #[test]
    fn a_whole_district_adds_up_to_the_bulletin() {
        let district = District::of(2015, 100, today());
        let all: Vec<&House> = district.houses.iter().flatten().collect();
        let (inside, outside): (Vec<&House>, Vec<&House>) = all.iter().partition(|house| house.in_system);
        let persons = |of: &[&House]| of.iter().map(|house| house.members.len()).sum::<usize>();
        assert_eq!((inside.len(), persons(&inside)), (11_430, 41_148));
        assert_eq!((outside.len(), persons(&outside)), (1212, 4242));
        let severity = counts(inside.iter().map(|house| house.severity));
        assert_eq!(severity, BTreeMap::from(district.totals.severity));
        let primary = counts(inside.iter().flat_map(|house| house.measures.iter().copied()));
        assert_eq!(primary, BTreeMap::from(district.totals.primary));
        let with = |n: usize| inside.iter().filter(|house| house.measures.len() == n).count();
        assert_eq!((with(0), with(1), with(2)), (0, 11_421, 9));
        let bucket = |n: usize| inside.iter().filter(|house| house.projects.min(3) == n).count();
        assert_eq!([bucket(0), bucket(1), bucket(2), bucket(3)], [0, 2645, 6494, 2291]);
        assert_eq!(inside.iter().map(|house| house.projects).sum::<usize>(), 22_606);
        assert!(outside.iter().all(|house| house.measures.is_empty() && house.projects == 0));
        let records: usize = (0..district.houses.len()).map(|village| district.records(village)).sum();
        assert_eq!(records, 46_687);
        assert!(district.houses.iter().all(|village| village.len() > 15));
    }

    #[test]
    fn the_same_seed_makes_the_same_district() {
        let told = |seed| format!("{:?}", District::of(seed, 2, today()).houses);
        assert_eq!(told(7), told(7));
        assert_ne!(told(7), told(8));
    }

    #[test]
    fn its_households_have_nothing_to_object_to_and_nobody_twice() {
        let district = District::of(3, 3, today());
        let form = bidao_schema::forms::find("household/1").unwrap();
        let (mut rng, mut numbers) = (StdRng::seed_from_u64(1), std::collections::BTreeSet::new());
        let all = district.houses.iter().flatten();
        for (number, house) in all.enumerate() {
            let puts = super::super::entry::register(&mut rng, "青坪村", number, house, today());
            let actor = ActorId::new(DeviceId([1; 8]), [1; 8]);
            let (document, _) = Document::create(actor, 0, &form.containers(), &puts).unwrap();
            let answers = document.answers();
            let found = bidao_schema::check::check(form, &answers, Context { today: today() });
            let blocking = found.iter().any(|finding| finding.severity == Severity::Error);
            assert!(!blocking, "{found:?}");
            let about_cause = found.iter().any(|finding| finding.path == "main_cause");
            assert!(!about_cause, "{found:?} {house:?}");
            for member in answers["members"].as_object().unwrap().values() {
                let number = member["id_no"].as_str().unwrap().to_owned();
                assert!(number.starts_with("999999") && numbers.insert(number), "{member}");
            }
        }
    }
}
