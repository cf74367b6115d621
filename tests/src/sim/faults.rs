//! How bad the line is: one set of probabilities a seed, so that mild and harsh worlds both occur.

use rand::Rng;
use rand::rngs::StdRng;

/// Probabilities of one world, each 0 to 1.
#[derive(Debug, Clone, Copy)]
pub struct Faults {
    /// The request never arrives.
    pub lose_request: f64,
    /// The answer never arrives.
    pub lose_answer: f64,
    /// The request arrives cut.
    pub cut_request: f64,
    /// The request arrives twice.
    pub repeat: f64,
    /// A copy of the request arrives again much later.
    pub delay_copy: f64,
    /// The answer comes after a later one.
    pub delay_answer: f64,
    /// The phone dies before it has saved.
    pub crash: f64,
    /// How small answers are: 2G shrinks them.
    pub small_answers: f64,
}

impl Faults {
    /// Draws a world; one in eight is perfect.
    pub fn draw(rng: &mut StdRng) -> Self {
        if rng.random_bool(0.125) {
            return Self::none();
        }
        let mut up_to = |most: f64| rng.random_range(0.0..most);
        Self {
            lose_request: up_to(0.4),
            lose_answer: up_to(0.4),
            cut_request: up_to(0.2),
            repeat: up_to(0.3),
            delay_copy: up_to(0.2),
            delay_answer: up_to(0.2),
            crash: up_to(0.15),
            small_answers: up_to(0.5),
        }
    }

    /// A perfect line.
    #[must_use]
    pub fn none() -> Self {
        Self {
            lose_request: 0.0,
            lose_answer: 0.0,
            cut_request: 0.0,
            repeat: 0.0,
            delay_copy: 0.0,
            delay_answer: 0.0,
            crash: 0.0,
            small_answers: 0.0,
        }
    }
}
