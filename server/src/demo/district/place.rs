//! Townships and villages that do not exist, and the people who work in them: a resident team in the poorest villages,
//! somebody of a department in each of the others, leaders with two villages each, and the desks.

use bidao_schema::api::person::Role;
use bidao_schema::calendar::Date;
use rand::Rng;
use rand::rngs::StdRng;

use super::totals::Totals;
use crate::demo::township::{self, DISTRICT, Sex, Worker};

/// Members of a team, its leader included (domain §2 A21: 260 in 65 teams).
pub const TEAM: usize = 4;

const FIRST: [&str; 15] =
    ["青", "龙", "石", "枫", "云", "白", "金", "马", "梨", "柏", "泉", "杉", "竹", "桃", "沙"];
const LAST: [&str; 15] =
    ["坪", "潭", "槽", "坝", "顶", "溪", "岭", "湾", "垭", "堡", "沟", "塘", "坡", "寨", "河"];
/// Kinds of township by the first digit of their number (domain §7.1), and where numbers that no township has begin.
const KINDS: [(&str, usize); 3] = [("街道", 81), ("镇", 181), ("乡", 281)];

/// A township.
#[derive(Debug, Clone)]
pub struct Township {
    /// 12 digits.
    pub code: String,
    /// Name.
    pub name: String,
    /// Its office.
    pub office: Worker,
}

/// A village.
#[derive(Debug, Clone)]
pub struct Village {
    /// 12 digits.
    pub code: String,
    /// Name.
    pub name: String,
    /// Which township.
    pub township: usize,
    /// Who works there: four of a resident team, or one of a department. The first enters the register.
    pub workers: Vec<Worker>,
}

impl Village {
    /// Whether a resident team lives here.
    #[must_use]
    pub fn has_team(&self) -> bool {
        self.workers.len() == TEAM
    }
}

/// Places and people.
#[derive(Debug, Clone)]
pub struct Places {
    /// By code.
    pub townships: Vec<Township>,
    /// By township.
    pub villages: Vec<Village>,
    /// Leaders of the district.
    pub leaders: Vec<Worker>,
    /// The district's desks: office, organisation department, administrator.
    pub desks: Vec<Worker>,
}

impl Places {
    /// Draws them; everybody holds their office since that day.
    #[must_use]
    pub fn draw(rng: &mut StdRng, totals: &Totals, since: Date) -> Self {
        let townships =
            (0..totals.townships).map(|index| draw_township(rng, index, since)).collect::<Vec<_>>();
        let villages = draw_villages(rng, totals, &townships, since);
        let with_team: Vec<&Village> = villages.iter().filter(|village| village.has_team()).collect();
        let leader = |index: usize| {
            // One link more than there are villages (domain §2 A20): the last leader meets the first again.
            let linked = [2 * index, 2 * index + 1].map(|at| with_team[at % with_team.len()].code.clone());
            (format!("leader{}", index + 1), linked)
        };
        let leaders = (0..totals.leaders).map(leader);
        let leaders = leaders
            .map(|(account, linked)| worker(rng, account, Role::DistrictLeader, linked.into(), since))
            .collect();
        let desks =
            [("fupin", Role::AlleviationOffice), ("zuzhi", Role::OrgDepartment), ("admin", Role::SysAdmin)];
        let desks = desks
            .map(|(account, role)| worker(rng, account.into(), role, vec![DISTRICT.into()], since))
            .into();
        Self { townships, villages, leaders, desks }
    }

    /// Everybody with an account.
    pub fn everybody(&self) -> impl Iterator<Item = &Worker> {
        let field = self.villages.iter().flat_map(|village| &village.workers);
        let offices = self.townships.iter().map(|township| &township.office);
        field.chain(offices).chain(&self.leaders).chain(&self.desks)
    }
}

fn draw_township(rng: &mut StdRng, index: usize, since: Date) -> Township {
    // One in five is a sub-district (domain §3.1: 6 of about 30).
    let kind = if index.is_multiple_of(5) { 0 } else { 1 + index % 2 };
    let (word, begins) = KINDS[kind];
    let code = format!("500114{:03}000", begins + index);
    let name = format!("{}{}{word}", FIRST[index / 2 % FIRST.len()], LAST[(index * 7 + 4) % LAST.len()]);
    let office = worker(rng, format!("town{}", index + 1), Role::TownOffice, vec![code.clone()], since);
    Township { code, name, office }
}

/// Villages in turn to the townships, so that those with teams, the first ones, are everywhere.
fn draw_villages(rng: &mut StdRng, totals: &Totals, townships: &[Township], since: Date) -> Vec<Village> {
    let mut villages: Vec<Village> = (0..totals.villages)
        .map(|index| {
            let township = index % townships.len();
            let code = format!("{}{}", &townships[township].code[..9], 201 + index / townships.len());
            let name = format!("{}{}村", FIRST[index % FIRST.len()], LAST[index / FIRST.len() % LAST.len()]);
            let workers = if index < totals.teams {
                team(rng, index, &code, since)
            } else {
                let account = format!("dept{}", index + 1 - totals.teams);
                vec![worker(rng, account, Role::DeptHead, vec![code.clone()], since)]
            };
            Village { code, name, township, workers }
        })
        .collect();
    villages.sort_by(|a, b| a.code.cmp(&b.code));
    villages
}

fn team(rng: &mut StdRng, index: usize, village: &str, since: Date) -> Vec<Worker> {
    let member = |place: usize| {
        let role = if place == 0 { Role::TeamLeader } else { Role::TeamMember };
        (format!("v{}{}", index + 1, ["a", "b", "c", "d"][place]), role)
    };
    let members = (0..TEAM).map(member);
    members.map(|(account, role)| worker(rng, account, role, vec![village.to_owned()], since)).collect()
}

fn worker(rng: &mut StdRng, account: String, role: Role, areas: Vec<String>, since: Date) -> Worker {
    let sex = if rng.random_bool(0.7) { Sex::Man } else { Sex::Woman };
    Worker {
        id: bidao_sync::ids::to_hex(&rng.random::<[u8; 16]>()),
        name: township::name(rng, sex, None),
        account,
        role,
        areas,
        since,
        leave: None,
        zeal: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use std::collections::BTreeSet;

    fn places(percent: u32) -> Places {
        let since = Date::parse("2015-07-01").unwrap();
        Places::draw(&mut StdRng::seed_from_u64(1), &Totals::of(percent), since)
    }

    #[test]
    fn a_whole_district_has_its_teams_cadres_and_one_link_too_many() {
        let places = places(100);
        let teams: Vec<&Village> = places.villages.iter().filter(|village| village.has_team()).collect();
        let cadres: usize = teams.iter().map(|village| village.workers.len()).sum();
        assert_eq!((places.townships.len(), places.villages.len()), (30, 219));
        assert_eq!((teams.len(), cadres), (65, 260));
        let links = places.leaders.iter().flat_map(|leader| &leader.areas);
        let (links, villages) = (links.clone().count(), links.collect::<BTreeSet<_>>().len());
        assert_eq!((links, villages), (66, 65));
    }

    #[test]
    fn codes_names_and_accounts_are_not_used_twice() {
        for percent in [1, 10, 100] {
            let places = places(percent);
            let codes: BTreeSet<&String> = places.villages.iter().map(|village| &village.code).collect();
            let names: BTreeSet<&String> = places.villages.iter().map(|village| &village.name).collect();
            let towns: BTreeSet<(&String, &String)> =
                places.townships.iter().map(|town| (&town.code, &town.name)).collect();
            let accounts: BTreeSet<&String> = places.everybody().map(|worker| &worker.account).collect();
            assert_eq!((codes.len(), names.len()), (places.villages.len(), places.villages.len()));
            assert_eq!(towns.len(), places.townships.len());
            assert_eq!(accounts.len(), places.everybody().count());
            assert!(codes.iter().all(|code| code.len() == 12));
            let has_team = |town| places.villages.iter().any(|v| v.township == town && v.has_team());
            assert!(
                (0..places.townships.len()).all(has_team),
                "a survey group needs a team in each township"
            );
        }
    }
}
