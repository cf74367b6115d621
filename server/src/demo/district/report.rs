//! What `bidao demo --district` says: the survey summary P1, projects P2 and six batches P3 of every township beside the
//! bulletin's totals, and whether they add up (domain §10.2).

use std::net::SocketAddr;

use bidao_schema::api::area::AreaLevel;
use bidao_schema::api::register::{RegisterRow, Registers};
use bidao_schema::api::survey::{Identity, SurveySummary};
use bidao_schema::codes::area_level;

use super::plan::District;
use super::totals::Totals;
use crate::demo::report::{line, pad, row};
use crate::demo::township::PASSWORD;
use crate::error::{Error, Result};

/// Columns of a place's name.
const PLACE: usize = 18;

/// Before the register is entered.
pub fn greet(district: &District, seed: u64, on: impl std::fmt::Display) {
    let (totals, places) = (&district.totals, &district.places);
    let cadres: usize = places.villages.iter().filter(|v| v.has_team()).map(|v| v.workers.len()).sum();
    line(&format!(
        "必到演示 Bidao demo: 全区 district, {} 个乡镇街道 townships, {} 个村 villages, {} 个驻村工作队 teams ({cadres} 人 cadres)",
        totals.townships, totals.villages, totals.teams
    ));
    line(&format!(
        "  {} 户 households, {} 项措施 measures, {} 个到户项目 projects, 截至 as of {on}, seed {seed}",
        totals.households(),
        totals.measures(),
        totals.projects()
    ));
}

/// The tables: districts by township, the whole district last.
pub fn print(registers: &Registers, summaries: &[SurveySummary], totals: &Totals) {
    let is_sum = |row: &&RegisterRow| area_level(&row.area) != Some(AreaLevel::Village);
    let rows: Vec<&RegisterRow> = registers.rows.iter().filter(is_sum).collect();
    classes(&rows);
    causes(summaries);
    projects(&rows);
    batches(&rows, totals);
    identities(registers, summaries);
}

fn table(name: &str, head: &[&str], rows: &[(&str, Vec<u32>)]) {
    let cells = |cells: &mut dyn Iterator<Item = String>| cells.map(|cell| flush(&cell)).collect::<String>();
    line(&format!("\n{name}"));
    line(&format!(
        "  {}{}",
        pad("乡镇 township", PLACE),
        cells(&mut head.iter().map(|cell| (*cell).to_owned()))
    ));
    for (place, numbers) in rows {
        line(&format!("  {}{}", pad(place, PLACE), cells(&mut numbers.iter().map(ToString::to_string))));
    }
}

/// A cell, flush right over 10 columns.
fn flush(cell: &str) -> String {
    let shown = pad(cell, 0);
    let width: usize = shown.chars().map(|c| if c > '\u{2e7f}' { 2 } else { 1 }).sum();
    format!("{}{shown}", " ".repeat(10_usize.saturating_sub(width)))
}

fn classes(rows: &[&RegisterRow]) {
    let of = |row: &&RegisterRow| {
        let (within, outside) = (&row.in_system, &row.outside);
        let inside = [within.severe, within.moderate, within.light, within.households, within.persons];
        (
            row.name.clone(),
            inside.into_iter().chain([outside.households, outside.persons]).collect::<Vec<_>>(),
        )
    };
    let rows: Vec<_> = rows.iter().map(of).collect();
    let head = ["重度", "中度", "轻度", "系统内户", "人", "系统外户", "人"];
    table("摸底汇总 Survey summary (P1)", &head, &named(&rows));
}

fn causes(summaries: &[SurveySummary]) {
    let mut all = std::collections::BTreeMap::<&str, u32>::new();
    // The last row of each is its township.
    for (cause, households) in
        summaries.iter().filter_map(|summary| summary.rows.last()).flat_map(|r| &r.causes)
    {
        *all.entry(cause).or_default() += households;
    }
    let mut all: Vec<(&str, u32)> = all.into_iter().collect();
    all.sort_by_key(|(_, households)| std::cmp::Reverse(*households));
    let told: Vec<String> = all.iter().map(|(cause, households)| format!("{cause} {households}")).collect();
    row("主要致贫原因 main causes", &told.join(", "));
}

fn projects(rows: &[&RegisterRow]) {
    let of = |row: &&RegisterRow| {
        let buckets = &row.projects;
        (
            row.name.clone(),
            vec![buckets.none, buckets.one, buckets.two, buckets.three_or_more, buckets.projects],
        )
    };
    let rows: Vec<_> = rows.iter().map(of).collect();
    table("到户项目 Projects per household (P2)", &["0项", "1项", "2项", "3项以上", "项目"], &named(&rows));
}

fn batches(rows: &[&RegisterRow], totals: &Totals) {
    let of = |row: &&RegisterRow| {
        let planned = |code: &str| row.primary.get(code).map_or(0, |count| count.planned);
        let batches: Vec<u32> = totals.primary.iter().map(|(code, _)| planned(code)).collect();
        let sum = batches.iter().sum();
        let achieved = row.primary.values().map(|count| count.achieved).sum();
        let rest = [sum, row.without_primary, row.several_primary, achieved];
        (row.name.clone(), batches.into_iter().chain(rest).collect::<Vec<_>>())
    };
    let rows: Vec<_> = rows.iter().map(of).collect();
    let head = ["产业", "医疗", "教育", "就业", "民政兜底", "搬迁", "合计", "无主措施", "两项以上", "已完成"];
    table("六个一批 Six batches (P3): 计划, 不是完成 planned, not achieved", &head, &named(&rows));
}

fn named(rows: &[(String, Vec<u32>)]) -> Vec<(&str, Vec<u32>)> {
    rows.iter().map(|(name, numbers)| (name.as_str(), numbers.clone())).collect()
}

fn identities(registers: &Registers, summaries: &[SurveySummary]) {
    line("\n恒等式 Identities");
    for id in &registers.identities {
        let about = match id.id.as_str() {
            "E1" => "重+中+轻 = 系统内户",
            "E2" => "0+1+2+3项 = 系统内户",
            "E3" => "项目数 ≥ 1·n1+2·n2+3·n3",
            _ => "主措施+无主措施 = 系统内户",
        };
        row(&format!("{} {about}", id.id), &verdict(id));
    }
    let all = || summaries.iter().flat_map(|summary| &summary.identities);
    let broken: Vec<String> =
        all().filter(|id| !id.holds).map(|id| format!("{} {}", id.area, verdict(id))).collect();
    let of_all = if broken.is_empty() { "成立 hold".to_owned() } else { broken.join("; ") };
    row(&format!("村、乡镇 E1 E13 ({})", all().count()), &of_all);
    let count = registers.several_primary_total;
    row("两项主措施的户 two primary measures", &count.to_string());
    for house in &registers.several_primary {
        let place = registers.rows.iter().find(|row| row.area == house.village).map_or("", |row| &row.name);
        row("", &format!("{place} {} {}", house.title, house.household));
    }
}

fn verdict(id: &Identity) -> String {
    let sides = format!("{} / {}", id.parts, id.whole);
    if id.holds {
        format!("{sides} 成立 holds")
    } else {
        format!("{sides} 不成立 fails ({:+})", id.parts - id.whole)
    }
}

/// Whether E1 to E3 hold and E4 is over by exactly the households with two primary measures that were put there.
///
/// # Errors
/// They do not, or it is not.
pub fn check(registers: &Registers, totals: &Totals) -> Result<()> {
    let of = |id: &str| registers.identities.iter().find(|one| one.id == id);
    for id in ["E1", "E2", "E3"] {
        if !of(id).is_some_and(|one| one.holds) {
            return Err(Error::Internal(format!("{id} does not hold: {:?}", of(id))));
        }
    }
    let over = of("E4").map(|one| one.parts - one.whole);
    if over.is_none_or(|over| usize::try_from(over) != Ok(totals.double())) {
        return Err(Error::Internal(format!("E4 is not over by {}: {:?}", totals.double(), of("E4"))));
    }
    Ok(())
}

/// How to look at the result.
pub fn invite(address: SocketAddr, district: &District, (account, code): (&str, &str)) {
    let places = &district.places;
    line("\n服务器继续运行 The server keeps running (Ctrl-C 结束 ends it)");
    row("手机 phone", &format!("http://{address}/"));
    row("工作台 desk", &format!("http://{address}/desk/"));
    row("口令 password (all accounts)", PASSWORD);
    let roles = [
        "区扶贫办 alleviation office",
        "组织部 organisation department (只看履职 duties only)",
        "管理员 administrator",
    ];
    for (desk, role) in places.desks.iter().zip(roles) {
        row(&desk.account, &format!("{role} {}", desk.name));
    }
    let town = &places.townships[0];
    row(
        &format!("town1 – town{}", places.townships.len()),
        &format!("乡镇 townships; town1 {} {}", town.name, town.office.name),
    );
    if let Some(village) = places.villages.iter().find(|village| village.has_team()) {
        let leader = &village.workers[0];
        let all = format!("v1a – v{}d", district.totals.teams);
        row(
            &all,
            &format!("驻村工作队 teams (a 队长 leader); {} {} {}", leader.account, village.name, leader.name),
        );
    }
    row(&format!("leader1 – leader{}", places.leaders.len()), "区级联系领导 district leaders");
    row("领手机 enrol a phone", &format!("账号 account {account} 注册码 code {code} (24 h)"));
}
