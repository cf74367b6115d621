//! The township's desk: in the evening it decides about what the team leaders left lying, first of all
//! their own work, which nobody may approve for himself (INV-34).

use bidao_schema::api::review::{Decide, DecideOne, Decided, Decision, DecisionStatus, Review, ReviewQueue};
use bidao_schema::api::survey::{OpenSurvey, SurveyRound};
use rand::Rng;
use rand::rngs::StdRng;

use super::line::{Line, Trouble};

/// Decisions in one request.
const TOGETHER: usize = 50;

/// Somebody at a desk, on a good line.
pub struct Desk {
    line: Line,
    rng: StdRng,
    /// Decisions made.
    pub decided: u64,
    /// Records that had moved on meanwhile.
    pub stale: u64,
}

impl Desk {
    /// Sits down.
    #[must_use]
    pub fn new(line: Line, rng: StdRng) -> Self {
        Self { line, rng, decided: 0, stale: 0 }
    }

    /// Opens a survey round.
    ///
    /// # Errors
    /// The server refuses: a fault of the demo.
    pub fn open_survey(&mut self, ask: &OpenSurvey) -> Result<(), Trouble> {
        self.line.post_as::<SurveyRound>("/api/v1/surveys", ask, &mut self.rng).map(drop)
    }

    /// Decides about everything handed in before `before` that no conflict holds up.
    ///
    /// # Errors
    /// The server refuses: a fault of the demo.
    pub fn review(&mut self, before: i64) -> Result<(), Trouble> {
        let queue: ReviewQueue = self.line.get("/api/v1/reviews", &mut self.rng)?;
        let waiting =
            queue.reviews.into_iter().filter(|row| row.submitted_at < before && row.record.conflicts == 0);
        let mut decisions = Vec::new();
        for row in waiting {
            let shown: Review =
                self.line.get(&format!("/api/v1/reviews/{}", row.record.id), &mut self.rng)?;
            decisions.push(self.decide(row.record.id, shown.heads));
        }
        for some in decisions.chunks(TOGETHER) {
            let ask = Decide { decisions: some.to_vec() };
            let decided: Decided = self.line.post_as("/api/v1/reviews/decide", &ask, &mut self.rng)?;
            let times =
                |status| decided.results.iter().filter(|result| result.status == status).count() as u64;
            self.decided += times(DecisionStatus::Done);
            self.stale += times(DecisionStatus::Stale);
        }
        Ok(())
    }

    fn decide(&mut self, record: String, expected: Vec<String>) -> DecideOne {
        let returns = self.rng.random_ratio(1, 20);
        DecideOne {
            id: bidao_sync::ids::to_hex(&self.rng.random::<[u8; 16]>()),
            record,
            decision: if returns { Decision::Return } else { Decision::Approve },
            expected,
            remark: returns.then(|| "请队长补充核实情况".to_owned()),
        }
    }
}
