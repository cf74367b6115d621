//! The bulletin's own totals (domain §2): what a whole district of 12,642 households adds up to. Households are made
//! to these numbers, so that a report over them can be held against the printed one.

/// Counts of the bulletin at one hundred percent; of a smaller district the same proportions with the same identities:
/// severity and projects are partitions of the households in the system, the six batches are a few households over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// 重度, 中度, 轻度 (A1).
    pub severity: [(&'static str, usize); 3],
    /// 系统内 persons: 3.60 a household (A8).
    pub persons: usize,
    /// 系统外 households (A7).
    pub outside: usize,
    /// Their persons (A8).
    pub outside_persons: usize,
    /// Households with one, two, and three or more projects (A2); none has no project.
    pub buckets: [usize; 3],
    /// Projects beyond three of the last of these (A3).
    pub surplus: usize,
    /// Households by primary measure, the six batches (A4).
    pub primary: [(&'static str, usize); 6],
    /// Townships.
    pub townships: usize,
    /// Villages.
    pub villages: usize,
    /// Villages with a resident team.
    pub teams: usize,
    /// Leaders of the district, two villages each.
    pub leaders: usize,
}

/// Of severe, moderate, light.
const SEVERITY: [(&str, usize); 3] = [("severe", 1385), ("moderate", 7390), ("light", 2655)];
/// With one and with two projects; the rest has three or more.
const BUCKETS: [usize; 2] = [2645, 6494];
/// The six batches. They are nine households over.
const PRIMARY: [(&str, usize); 6] = [
    ("industry", 1597),
    ("medical", 3380),
    ("education", 3226),
    ("job_transfer", 1431),
    ("safety_net", 1047),
    ("relocation", 758),
];
/// Households counted in two batches.
const DOUBLE: usize = 9;
/// Where the largest batch is.
const LARGEST: usize = 1;

impl Totals {
    /// The bulletin's, or the same proportions of it.
    #[must_use]
    pub fn of(percent: u32) -> Self {
        let part = |whole: usize| ((whole * percent as usize + 50) / 100).max(1);
        let severity = SEVERITY.map(|(code, count)| (code, part(count)));
        let in_system: usize = severity.iter().map(|(_, count)| count).sum();
        let [one, two] = BUCKETS.map(part);
        let mut primary = PRIMARY.map(|(code, count)| (code, part(count)));
        // What rounding left over or short of goes to the largest batch.
        let others: usize = primary.iter().map(|(_, count)| count).sum::<usize>() - primary[LARGEST].1;
        primary[LARGEST].1 = in_system + part(DOUBLE) - others;
        let teams = part(65).max(2);
        Self {
            severity,
            persons: part(41_148),
            outside: part(1212),
            outside_persons: part(4242),
            buckets: [one, two, in_system - one - two],
            surplus: part(100),
            primary,
            townships: part(30).max(2),
            villages: part(219).max(teams + 2),
            teams,
            leaders: part(33),
        }
    }

    /// Households in the system.
    #[must_use]
    pub fn in_system(&self) -> usize {
        self.severity.iter().map(|(_, count)| count).sum()
    }

    /// All households: their dossiers.
    #[must_use]
    pub fn households(&self) -> usize {
        self.in_system() + self.outside
    }

    /// Household projects.
    #[must_use]
    pub fn projects(&self) -> usize {
        let [one, two, three] = self.buckets;
        one + 2 * two + 3 * three + self.surplus
    }

    /// Primary measures.
    #[must_use]
    pub fn measures(&self) -> usize {
        self.primary.iter().map(|(_, count)| count).sum()
    }

    /// Households with two primary measures: what E4 is over by.
    #[must_use]
    pub fn double(&self) -> usize {
        self.measures() - self.in_system()
    }

    /// Records: households, measures, projects.
    #[must_use]
    pub fn records(&self) -> usize {
        self.households() + self.measures() + self.projects()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_district_has_the_totals_of_the_bulletin() {
        let totals = Totals::of(100);
        assert_eq!((totals.in_system(), totals.households()), (11_430, 12_642));
        assert_eq!((totals.buckets, totals.projects()), ([2645, 6494, 2291], 22_606));
        assert_eq!((totals.measures(), totals.double()), (11_439, 9));
        assert_eq!((totals.primary, totals.severity), (PRIMARY, SEVERITY));
        assert_eq!((totals.persons, totals.outside_persons), (41_148, 4242));
        assert_eq!(totals.persons * 100, totals.in_system() * 360, "3.60 a household");
        assert_eq!((totals.teams, totals.leaders, totals.records()), (65, 33, 46_687));
    }

    #[test]
    fn a_part_of_a_district_keeps_the_identities() {
        for percent in 1..=100 {
            let totals = Totals::of(percent);
            let all: usize = totals.buckets.iter().sum();
            assert_eq!(all, totals.in_system(), "E2 at {percent} %");
            assert!((1..=9).contains(&totals.double()), "E4 at {percent} %");
            assert!(totals.buckets.iter().all(|count| (1..totals.in_system()).contains(count)));
            let average = totals.persons as f64 / totals.in_system() as f64;
            assert!((3.5..3.7).contains(&average), "{average} persons at {percent} %");
            assert!(totals.villages > totals.teams && totals.teams >= totals.townships);
        }
    }
}
