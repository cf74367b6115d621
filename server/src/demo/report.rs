//! What the demo says at the end: plain numbers, in Chinese with a short English word beside each.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;

use bidao_schema::api::duty::{DutyReport, DutyRule, DutyState};
use bidao_schema::api::survey::SurveySummary;
use bidao_schema::calendar::Date;

use super::check::Findings;
use super::phone::SimPhone;
use super::proxy::Counts;
use super::township::{PASSWORD, TOWNSHIP, Township, Worker};
use super::{Options, Period};
use crate::app::App;
use crate::domain::access::Scope;
use crate::domain::{duty, survey};
use crate::error::{Error, Result};
use crate::store::count::Totals;

/// Columns before the numbers.
const LABEL: usize = 38;

/// Everything the table is made of.
pub struct Outcome<'a> {
    /// Who and where.
    pub township: &'a Township,
    /// The phones.
    pub phones: &'a [SimPhone],
    /// Their lines.
    pub lines: &'a Counts,
    /// The comparison of diaries and server.
    pub findings: &'a Findings,
    /// The server's totals.
    pub totals: &'a Totals,
    /// The three musts.
    pub duties: &'a DutyReport,
    /// What the survey round found.
    pub survey: Option<&'a SurveySummary>,
    /// How often two people were made to write the same fields.
    pub collisions: u64,
    /// Decisions made at the township's desk.
    pub desk: u64,
}

/// A line of the report.
#[expect(clippy::print_stdout, reason = "a command answers on the terminal")]
pub fn line(text: &str) {
    println!("{text}");
}

/// A label and what is said of it.
pub fn row(label: &str, value: &str) {
    line(&format!("  {}{value}", pad(label, LABEL)));
}

/// Pads by columns: a Chinese character takes two.
pub fn pad(text: &str, columns: usize) -> String {
    let width: usize = text.chars().map(|c| if c > '\u{2e7f}' { 2 } else { 1 }).sum();
    format!("{text}{}", " ".repeat(columns.saturating_sub(width)))
}

/// Before the month begins.
pub fn greet(options: &Options, period: Period, township: &Township) {
    line(&format!(
        "必到演示 Bidao demo: {} 个村 villages, {} 部手机 phones, {} – {}, 线路 line {:?}, seed {}",
        township.villages.len(),
        options.phones,
        period.day(0),
        period.day(options.days.saturating_sub(1)),
        options.faults,
        options.seed
    ));
}

/// The three musts of the month as the district's office sees them.
///
/// # Errors
/// The database fails.
pub fn duties(app: &App, township: &Township, period: Period) -> Result<DutyReport> {
    let office = township.desks.get(1).ok_or_else(|| Error::Internal("no office".into()))?.id.clone();
    let now = app.ctx.now();
    let today = Date::from_epoch_millis_shanghai(now).to_string();
    app.db.read_blocking(move |tx| {
        let scope = Scope::of(tx, &office, &today)?;
        duty::report(tx, &scope, period.month, TOWNSHIP, now)
    })
}

/// What the survey round found, as the district's office sees it; none when there was no round.
///
/// # Errors
/// The database fails.
pub fn survey_summary(app: &App, township: &Township) -> Result<Option<SurveySummary>> {
    let office = township.desks.get(1).ok_or_else(|| Error::Internal("no office".into()))?.id.clone();
    let now = app.ctx.now();
    let today = Date::from_epoch_millis_shanghai(now).to_string();
    app.db.read_blocking(move |tx| {
        let scope = Scope::of(tx, &office, &today)?;
        let round = survey::visible(tx, &scope)?.into_iter().next();
        round.map(|round| survey::summary(tx, &scope, &round.id, now)).transpose()
    })
}

/// The table.
pub fn print(outcome: &Outcome) {
    network(outcome);
    work(outcome);
    evidence(outcome);
    if let Some(summary) = outcome.survey {
        survey_table(summary);
    }
    musts(outcome);
    proof(outcome.findings);
}

fn network(outcome: &Outcome) {
    let (lines, totals) = (outcome.lines, outcome.totals);
    let sum = |of: fn(&SimPhone) -> u64| outcome.phones.iter().map(of).sum::<u64>();
    let load = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    let visits: u32 = outcome.duties.work.iter().map(|village| village.visits + village.phone_visits).sum();
    let per_visit = |bytes: u64| bytes / u64::from(visits.max(1));
    let files = totals.file_bytes.unsigned_abs();
    line("\n传输 Transport");
    row("封存批次 batches sealed", &totals.batches.to_string());
    row(
        "请求 requests / 重试 retries",
        &format!("{} / {}", sum(|p| p.line.requests), sum(|p| p.tally.retries)),
    );
    row("上行 up / 下行 down", &format!("{} KB / {} KB", load(&lines.up) / 1024, load(&lines.down) / 1024));
    let (up, down) = (per_visit(load(&lines.up).saturating_sub(files)), per_visit(load(&lines.down)));
    row("每次走访 bytes per visit", &format!("上行 up {up}, 下行 down {down} (不计照片 without photos)"));
    row("照片等 files / 断点续传 resumed", &format!("{} KB / {}", files / 1024, sum(|p| p.tally.resumed)));
    row(
        "注入故障 faults injected",
        &format!(
            "{} (拒绝 refused {}, 上行中断 cut up {}, 下行中断 cut down {}, 重复 twice {}, 停滞 stalled {})",
            lines.faults(),
            load(&lines.refused),
            load(&lines.cut_up),
            load(&lines.cut_down),
            load(&lines.duplicated),
            load(&lines.stalled)
        ),
    );
    row(
        "当晚放弃 gave up / 应用被杀 killed",
        &format!("{} / {}", sum(|p| p.tally.gave_up), sum(|p| p.tally.killed)),
    );
}

fn work(outcome: &Outcome) {
    let totals = outcome.totals;
    let of =
        |map: &std::collections::BTreeMap<String, i64>, key: &str| map.get(key).copied().unwrap_or_default();
    let records: Vec<String> = totals.records.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
    let conflicts: i64 = totals.conflicts.values().sum();
    let settled = conflicts - of(&totals.conflicts, "open");
    line("\n工作 Work");
    row("记录 records", &records.join(", "));
    row("变更 changes", &totals.changes.to_string());
    row("安排同户同日 deliberate collisions", &outcome.collisions.to_string());
    row("冲突 conflicts / 已裁定 settled", &format!("{conflicts} / {settled}"));
    row(
        "审核 decisions",
        &format!(
            "提交 submitted {}, 通过 approved {}, 退回 returned {}",
            of(&totals.decisions, "submitted"),
            of(&totals.decisions, "approved"),
            of(&totals.decisions, "returned")
        ),
    );
    row("其中乡镇工作台 of these at the desk", &outcome.desk.to_string());
    row("待审 waiting now", &(of(&totals.reviews, "submitted") + of(&totals.reviews, "changed")).to_string());
    row("迟到的命令 stale commands", &outcome.phones.iter().map(|p| p.tally.stale).sum::<u64>().to_string());
    row("搁置 held / 隔离 quarantined", &format!("{} / {}", totals.held, totals.quarantined));
    for phone in outcome.phones {
        for (code, times) in &phone.tally.troubled {
            row(&format!("未收 not taken ({})", phone.worker.account), &format!("{code} {times}"));
        }
    }
}

fn evidence(outcome: &Outcome) {
    let (totals, findings) = (outcome.totals, outcome.findings);
    let of =
        |map: &std::collections::BTreeMap<String, i64>, key: &str| map.get(key).copied().unwrap_or_default();
    let pictures: i64 =
        totals.files.iter().filter(|(key, _)| key.starts_with("picture/")).map(|(_, n)| n).sum();
    line("\n照片与签名 Photos and signatures");
    row(
        "图片 pictures / 可查看 shown",
        &format!(
            "{pictures} / {} (拒收 refused {})",
            of(&totals.files, "picture/ready"),
            of(&totals.files, "picture/refused")
        ),
    );
    let (planted, found) = findings.reused;
    row("旧照重用 re-used / 已提示 marked", &format!("{planted} / {found}"));
    row("签名 signatures / 存疑 doubted", &format!("{} / {}", findings.attestations, totals.doubted));
    row(
        "记录 records",
        &format!(
            "已签 signed {}, 部分 partly {}, 签后有改 changed since {}, 有异议 objected {}",
            of(&totals.signing, "signed"),
            of(&totals.signing, "partly"),
            of(&totals.signing, "changed"),
            of(&totals.signing, "objected")
        ),
    );
}

fn survey_table(summary: &SurveySummary) {
    line("\n摸底汇总 Survey summary (P1)");
    let head =
        ["houses", "visited", "absent", "refused", "moved", "not yet", "found", "severe", "moder.", "light"];
    let numbers = |cells: &[String]| cells.iter().map(|cell| format!("{cell:>8}")).collect::<String>();
    line(&format!(
        "  {}{}{:>16}",
        pad("村 village", 18),
        numbers(&head.map(str::to_owned)),
        "outside (pers.)"
    ));
    for row in &summary.rows {
        let (c, t) = (&row.coverage, &row.in_system);
        let cells = [
            c.houses, c.visited, c.absent, c.refused, c.moved, c.not_yet, c.found, t.severe, t.moderate,
            t.light,
        ];
        let outside = format!("{} ({})", row.outside.households, row.outside.persons);
        line(&format!(
            "  {}{}{outside:>16}",
            pad(&row.name, 18),
            numbers(&cells.map(|cell| cell.to_string()))
        ));
    }
    for id in ["E1", "E13"] {
        let of_id: Vec<_> = summary.identities.iter().filter(|one| one.id == id).collect();
        let failing = of_id.iter().filter(|one| !one.holds);
        let failing: Vec<String> = failing
            .map(|one| format!("{} {} ≠ {} ({:+})", one.area, one.parts, one.whole, one.parts - one.whole))
            .collect();
        let says = if failing.is_empty() { "成立 hold".to_owned() } else { failing.join("; ") };
        row(&format!("恒等式 {id} identities {}", of_id.len()), &says);
    }
}

fn musts(outcome: &Outcome) {
    let report = outcome.duties;
    line(&format!("\n三个必到 Three musts {} (到村 R1 ≥1, R2 ≥2, 住村 R3 ≥15)", report.month));
    line(&format!(
        "  {}{:>8}{:>8}{:>8}{:>9}{:>9}{:>13}{:>12}{:>7}",
        pad("村 village", 14),
        "R1 met",
        "R2 met",
        "R3 met",
        "trips",
        "visits",
        "households",
        "difficult.",
        "late"
    ));
    for village in &report.work {
        let rows = || report.rows.iter().filter(|row| row.village == village.village);
        let met = |rule: DutyRule| {
            let of_rule: Vec<_> = rows().filter(|row| row.rule == rule).collect();
            format!("{}/{}", of_rule.iter().filter(|row| row.state == DutyState::Met).count(), of_rule.len())
        };
        line(&format!(
            "  {}{:>8}{:>8}{:>8}{:>9}{:>9}{:>13}{:>12}{:>7}",
            pad(outcome.township.village_name(&village.village), 14),
            met(DutyRule::R1),
            met(DutyRule::R2),
            met(DutyRule::R3),
            village.trips,
            village.visits,
            format!("{}/{}", village.households_visited, village.households),
            format!("{}/{}", village.difficulties_solved, village.difficulties_raised),
            rows().map(|row| row.late).sum::<u32>(),
        ));
    }
}

fn proof(findings: &Findings) {
    line("\n核对 Check: 手机写下的每一个值 vs 服务器 every value phones wrote against the server");
    row("变更 changes / 值 values", &format!("{} / {}", findings.changes, findings.values));
    row("文件 files / 签名 signatures", &format!("{} / {}", findings.files, findings.attestations));
    row("重现所签版本 signed versions rebuilt", &findings.rebuilt.to_string());
    row("丢失 lost", &findings.lost.to_string());
    row("手机副本 copies / 不一致 differing", &format!("{} / {}", findings.copies, findings.differing));
    for finding in &findings.shown {
        row("", finding);
    }
}

/// How to look at the result.
pub fn invite(address: SocketAddr, township: &Township, newcomer: &Worker, code: &str) {
    line("\n服务器继续运行 The server keeps running (Ctrl-C 结束 ends it)");
    row("手机 phone", &format!("http://{address}/"));
    row("工作台 desk", &format!("http://{address}/desk/"));
    row("口令 password (all accounts)", PASSWORD);
    let about = [
        (0, "v1a", "队长 team leader"),
        (6, "v1b", "队员 team member"),
        (24, "leader1", "区级联系领导 district leader"),
        (28, "dept1", "部门帮扶领导 department head"),
    ];
    for (index, account, role) in about {
        if let Some(worker) = township.field.get(index) {
            let village = worker.areas.first().map_or("", |area| township.village_name(area));
            row(account, &format!("{role} {} {village}", worker.name));
        }
    }
    for (desk, role) in township.desks.iter().zip([
        "乡镇 township",
        "区扶贫办 alleviation office",
        "组织部 organisation department (只看履职 duties only)",
        "管理员 administrator",
    ]) {
        row(&desk.account, &format!("{role} {}", desk.name));
    }
    row("领手机 enrol a phone", &format!("账号 account {} 注册码 code {code} (24 h)", newcomer.account));
}
