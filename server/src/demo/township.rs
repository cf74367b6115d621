//! A township that does not exist, modelled on the bulletin of December 2015: 6 villages, 24 team members
//! (one of each village's four leads), 4 district leaders linked to two villages each, 2 department heads,
//! and the desks. Names are made up; the district is the one of the bulletin, township and villages are not.

use bidao_schema::api::person::Role;
use bidao_schema::calendar::{Date, Month};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

/// The district of the bulletin.
pub const DISTRICT: &str = "500114000000";
/// A township that does not exist.
pub const TOWNSHIP: &str = "500114299000";
/// Everybody's password in the demo.
pub const PASSWORD: &str = "bidao-demo";
/// Its villages.
const VILLAGES: [(&str, &str); 6] = [
    ("500114299201", "青杠坪村"),
    ("500114299202", "龙潭沟村"),
    ("500114299203", "马鞍岭村"),
    ("500114299204", "石槽湾村"),
    ("500114299205", "枫香坝村"),
    ("500114299206", "岩门口村"),
];
/// Members of a team (domain §6.9: typically four), its leader included.
const TEAM: usize = 4;

const SURNAMES: &[&str] = &[
    "冉", "田", "向", "彭", "张", "李", "王", "杨", "吴", "陈", "何", "庞", "谢", "罗", "黄", "石", "龙",
    "麻", "秦", "蒲", "白", "覃", "谭", "侯", "梁", "邓", "熊", "滕", "舒", "宁",
];
const MEN: &[&str] = &[
    "光华", "志明", "建国", "大山", "永福", "德才", "正清", "世林", "昌友", "启富", "文兵", "仕平", "国安",
    "兴旺", "天佑", "长青", "小军", "波", "勇", "浩然",
];
const WOMEN: &[&str] = &[
    "秀英", "桂花", "玉兰", "春香", "明芬", "腊梅", "翠莲", "素珍", "远芳", "小燕", "海棠", "雪琴", "金凤",
    "菊香", "丽", "思雨",
];

/// A village.
#[derive(Debug, Clone)]
pub struct Village {
    /// 12 digits.
    pub code: String,
    /// Name.
    pub name: String,
}

/// Somebody with an account.
#[derive(Debug, Clone)]
pub struct Worker {
    /// Person id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Account name.
    pub account: String,
    /// Role.
    pub role: Role,
    /// Areas of the role.
    pub areas: Vec<String>,
    /// First day of the assignment.
    pub since: Date,
    /// Leave in the month.
    pub leave: Option<Absence>,
    /// Out of ten workable days, how many are spent in the village.
    pub zeal: u32,
}

/// Leave.
#[derive(Debug, Clone)]
pub struct Absence {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Code of the kind.
    pub kind: &'static str,
}

/// The whole cast.
#[derive(Debug, Clone)]
pub struct Township {
    /// Villages in order of code.
    pub villages: Vec<Village>,
    /// People with phones: leaders of teams first, so that fewer phones still cover every village.
    pub field: Vec<Worker>,
    /// People at desks.
    pub desks: Vec<Worker>,
}

impl Township {
    /// Casts it for a month.
    #[must_use]
    pub fn cast(rng: &mut StdRng, month: Month) -> Self {
        let villages: Vec<Village> =
            VILLAGES.map(|(code, name)| Village { code: code.into(), name: name.into() }).into();
        let since = month.first().add_days(-120).unwrap_or(Date::MIN);
        let mut field = Vec::new();
        for place in 0..TEAM {
            for (index, village) in villages.iter().enumerate() {
                let role = if place == 0 { Role::TeamLeader } else { Role::TeamMember };
                let account = format!("v{}{}", index + 1, ["a", "b", "c", "d"][place]);
                field.push(worker(rng, &account, role, vec![village.code.clone()], since));
            }
        }
        for index in 0..4 {
            // Four leaders with two villages each over six villages: two villages have two leaders.
            let linked = [index, (index + 4) % villages.len()].map(|at| villages[at].code.clone());
            field.push(worker(
                rng,
                &format!("leader{}", index + 1),
                Role::DistrictLeader,
                linked.into(),
                since,
            ));
        }
        for index in 0..2 {
            let helped = vec![villages[index * 3].code.clone()];
            field.push(worker(rng, &format!("dept{}", index + 1), Role::DeptHead, helped, since));
        }
        trouble(&mut field, month);
        let desk = |rng: &mut StdRng, account: &str, role, area: &str| {
            worker(rng, account, role, vec![area.into()], since)
        };
        let desks = vec![
            desk(rng, "town", Role::TownOffice, TOWNSHIP),
            desk(rng, "fupin", Role::AlleviationOffice, DISTRICT),
            desk(rng, "zuzhi", Role::OrgDepartment, DISTRICT),
            desk(rng, "admin", Role::SysAdmin, DISTRICT),
        ];
        Self { villages, field, desks }
    }

    /// Name of a village.
    #[must_use]
    pub fn village_name<'a>(&'a self, code: &'a str) -> &'a str {
        self.villages.iter().find(|village| village.code == code).map_or(code, |village| &village.name)
    }
}

/// What a month brings: somebody is ill, somebody studies, somebody joins on the 20th, somebody is idle.
fn trouble(field: &mut [Worker], month: Month) {
    let day = |number: i64| month.first().add_days(number - 1).unwrap_or(Date::MAX);
    let absences = [(7, 5, 9, "sick"), (10, 12, 16, "training"), (15, 20, 27, "secondment")];
    for (index, from, to, kind) in absences {
        field[index].leave = Some(Absence { from: day(from), to: day(to), kind });
    }
    field[21].since = day(20);
    field[18].zeal = 3;
}

fn worker(rng: &mut StdRng, account: &str, role: Role, areas: Vec<String>, since: Date) -> Worker {
    let sex = if rng.random_bool(0.7) { Sex::Man } else { Sex::Woman };
    Worker {
        id: bidao_sync::ids::to_hex(&rng.random::<[u8; 16]>()),
        name: name(rng, sex, None),
        account: account.into(),
        role,
        areas,
        since,
        leave: None,
        zeal: rng.random_range(6..=9),
    }
}

/// For names and ID numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    /// 男.
    Man,
    /// 女.
    Woman,
}

/// A made-up name.
pub fn name(rng: &mut StdRng, sex: Sex, surname: Option<&str>) -> String {
    let given = if sex == Sex::Man { MEN } else { WOMEN };
    let surname = surname.map_or_else(|| draw(rng, SURNAMES), str::to_owned);
    format!("{surname}{}", draw(rng, given))
}

/// A made-up surname.
pub fn surname(rng: &mut StdRng) -> String {
    draw(rng, SURNAMES)
}

/// One of a list.
pub fn draw(rng: &mut StdRng, from: &[&str]) -> String {
    from.choose(rng).copied().unwrap_or_default().to_owned()
}

/// An ID number of nobody: prefix 999999 is no place (domain §7.4), the check character is right.
pub fn id_number(rng: &mut StdRng, birth: Date, sex: Sex) -> String {
    numbered(birth, sex, rng.random_range(0..500))
}

/// The ID number of nobody who was the `serial`-th of that day and sex, from 0 to 499.
pub fn numbered(birth: Date, sex: Sex, serial: u32) -> String {
    let serial = serial * 2 + u32::from(sex == Sex::Man);
    let body = format!("999999{:04}{:02}{:02}{serial:03}", birth.year(), birth.month_number(), birth.day());
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let check = b"10X98765432"[sum as usize % 11] as char;
    format!("{body}{check}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn an_id_number_has_the_right_check_character_and_no_place() {
        let mut rng = StdRng::seed_from_u64(1);
        let today = Date::parse("2015-12-22").unwrap();
        for day in 0..200 {
            let birth = Date::parse("1950-01-31").unwrap().add_days(day * 97).unwrap();
            let number = id_number(&mut rng, birth, Sex::Woman);
            let read = bidao_schema::codes::id_number(&number, today).unwrap();
            assert!(number.starts_with("999999") && read.birth == birth && read.sex == 2);
        }
    }

    #[test]
    fn the_cast_is_the_one_of_the_issue_and_the_same_for_the_same_seed() {
        let month = Month::parse("2015-11").unwrap();
        let cast = || Township::cast(&mut StdRng::seed_from_u64(7), month);
        let township = cast();
        let count = |role| township.field.iter().filter(|worker| worker.role == role).count();
        assert_eq!(township.villages.len(), 6);
        assert_eq!(count(Role::TeamMember) + count(Role::TeamLeader), 24);
        assert_eq!((count(Role::TeamLeader), count(Role::DistrictLeader), count(Role::DeptHead)), (6, 4, 2));
        assert_eq!(format!("{township:?}"), format!("{:?}", cast()));
    }
}
