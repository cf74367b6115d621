//! What is entered for a household: its register, its measures, its projects. Classes of projects and what is done are
//! made up: the bulletin names none (domain §0.3).

use bidao_schema::calendar::Date;
use bidao_sync::document::Put;
use bidao_sync::ids::RecordId;
use rand::Rng;
use rand::rngs::StdRng;

use super::family;
use super::plan::{House, group};
use crate::demo::township::draw;

/// Reasons a household may write under its severity, by severity.
const REASONS: [(&str, &[&str]); 3] = [
    ("severe", &["无安全住房，主要劳力患病", "无劳动力，靠救济生活", "家中有重病人，欠债较多"]),
    ("moderate", &["有劳动力，收入不稳", "子女在读，负担较重", "有土地，缺技术和本钱"]),
    ("light", &["收入接近脱贫线，抗风险能力弱", "刚有稳定务工收入", "产业见效，尚不稳固"]),
];
/// What is done under each of the six batches, which is also a class of projects.
const DONE: [(&str, &[&str]); 6] = [
    ("industry", &["脆红李2亩", "中蜂5群", "生猪4头", "山羊10只", "猕猴桃3亩"]),
    ("medical", &["大病救助", "慢性病签约服务", "医保二档参保补助"]),
    ("education", &["寄宿生生活补助", "高中学费资助", "雨露计划资助"]),
    ("job_transfer", &["厨师培训", "外出务工交通补助", "公益性岗位"]),
    ("safety_net", &["低保", "临时救助", "残疾人补贴"]),
    ("relocation", &["集中安置点建房", "旧房拆除复垦", "分散安置建房"]),
];
/// Classes that go with any measure.
const ALSO: [(&str, &[&str]); 3] = [
    ("housing", &["C级危房改造", "改厨改厕", "院坝硬化"]),
    ("drinking_water", &["入户水管", "蓄水池"]),
    ("power", &["户表改造"]),
];

/// First values of the register.
pub fn register(rng: &mut StdRng, village: &str, number: usize, house: &House, today: Date) -> Vec<Put> {
    let reasons = REASONS.iter().find(|(severity, _)| *severity == house.severity).map_or(&[][..], |of| of.1);
    let is_allowed = house.measures.contains(&"safety_net");
    let attribute = if is_allowed { "allowance_poor" } else { "general" };
    let mut puts = vec![
        Put::new("group_name", group(number)),
        Put::new("address", format!("{village}{}{}号", group(number), number + 1)),
        Put::new("phone", format!("1990000{:04}", rng.random_range(0..10_000))),
        Put::new("phone_owner", "户主"),
        Put::new("signal", draw(rng, &["none", "2g", "2g", "3g_up"])),
        Put::new("in_system", if house.in_system { "in" } else { "outside" }),
        Put::new("poverty_attribute", attribute),
        Put::new("severity", house.severity),
        Put::new("severity_reason", draw(rng, reasons)),
        Put::new("main_cause", house.cause),
        Put::new("notice_version", "2015-1"),
        Put::new("notice_given_on", today.to_string()),
        Put::new("notice_mode", "read_aloud"),
        Put::new("photo_permission", draw(rng, &["none", "exterior_only"])),
    ];
    puts.extend(family::puts(rng, &house.members));
    puts
}

/// First values of a primary measure. It is planned, which is not achieved (domain §2 A5).
pub fn measure(rng: &mut StdRng, household: RecordId, code: &str, year: u16) -> Vec<Put> {
    vec![
        Put::new("household", household.to_string()),
        Put::new("measure_type", code),
        Put::new("is_primary", true),
        Put::new("content", draw(rng, names(code).1)),
        Put::new("planned_for_year", year),
        Put::new("outcome", draw(rng, &["planned", "under_way"])),
    ]
}

/// First values of a project of a household: the first belongs to its measure, the others to anything.
pub fn project(
    rng: &mut StdRng,
    household: RecordId,
    of: Option<(RecordId, &str)>,
    (number, begun): (&str, Date),
) -> Vec<Put> {
    let also = ALSO[rng.random_range(0..ALSO.len())];
    let (class, named) = of.map_or(also, |(_, code)| names(code));
    let due = begun.add_days(rng.random_range(90..400)).unwrap_or(Date::MAX);
    let mut puts = vec![
        Put::new("household", household.to_string()),
        Put::new("project_no", number),
        Put::new("project_name", draw(rng, named)),
        Put::new("project_class", class),
        Put::new("start_on", begun.to_string()),
        Put::new("due_on", due.to_string()),
        // Fen.
        Put::new("budget", rng.random_range(5..120) * 10_000),
    ];
    puts.extend(of.map(|(measure, _)| Put::new("measure", measure.to_string())));
    puts
}

fn names(measure: &str) -> (&'static str, &'static [&'static str]) {
    DONE.iter().copied().find(|(code, _)| *code == measure).unwrap_or(ALSO[0])
}
