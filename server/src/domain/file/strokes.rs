//! The strokes of a signature: where a finger went and when, drawn as a picture without loss (domain §6.11).
//!
//! A file of strokes is JSON, `{"v":1,"width":W,"height":H,"strokes":[[[x,y,t],…],…]}`, all integers: x and y in
//! tenths of a pixel of the pad, t in milliseconds since the first point.

use std::fmt::Write as _;

use serde::Deserialize;

use super::limits::{PAD_SIDE, SIGNING_MILLIS, STROKE_POINTS, STROKES, STROKES_BYTES};

/// Width of the line, in tenths of a pixel.
const LINE: u32 = 25;

/// Strokes that passed every check.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Strokes {
    v: u32,
    width: u32,
    height: u32,
    strokes: Vec<Vec<(u32, u32, u32)>>,
}

impl Strokes {
    /// Reads a file.
    ///
    /// # Errors
    /// Why it is none, in words.
    pub fn parse(bytes: &[u8]) -> Result<Self, &'static str> {
        if bytes.len() as u64 > STROKES_BYTES {
            return Err("too many bytes");
        }
        let read: Self = serde_json::from_slice(bytes).map_err(|_| "not strokes of version 1")?;
        let side = 1..=PAD_SIDE;
        let points = || read.strokes.iter().flatten();
        let wrong = [
            (read.v != 1, "not strokes of version 1"),
            (!side.contains(&read.width) || !side.contains(&read.height), "a pad of no size"),
            (read.strokes.is_empty() || read.strokes.len() > STROKES, "no strokes or too many"),
            (read.strokes.iter().any(Vec::is_empty), "a stroke without a point"),
            (points().count() > STROKE_POINTS, "too many points"),
            (points().any(|(x, y, _)| *x > read.width || *y > read.height), "a point beside the pad"),
            (points().any(|(_, _, t)| *t > SIGNING_MILLIS), "a point too late"),
            (!points().map(|(_, _, t)| t).is_sorted(), "time that goes back"),
        ];
        match wrong.into_iter().find(|(is_wrong, _)| *is_wrong) {
            Some((_, why)) => Err(why),
            None => Ok(read),
        }
    }

    /// The picture, in SVG. Only numbers of ours go into it.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let Self { width, height, .. } = self;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{}\" \
             height=\"{}\"><g fill=\"none\" stroke=\"#000\" stroke-width=\"{LINE}\" stroke-linecap=\"round\" \
             stroke-linejoin=\"round\">",
            width.div_ceil(10),
            height.div_ceil(10)
        );
        for stroke in &self.strokes {
            svg.push_str("<path d=\"M");
            for (number, (x, y, _)) in stroke.iter().enumerate() {
                let join = if number == 0 { "" } else { "L" };
                // Writing to a String cannot fail.
                let _ = write!(svg, "{join}{x} {y}");
            }
            // A dot is a line to itself.
            if let [(x, y, _)] = stroke.as_slice() {
                let _ = write!(svg, "L{x} {y}");
            }
            svg.push_str("\"/>");
        }
        svg.push_str("</g></svg>");
        svg
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn parse(value: &Value) -> Result<Strokes, &'static str> {
        Strokes::parse(value.to_string().as_bytes())
    }

    fn of(strokes: &Value) -> Value {
        json!({"v": 1, "width": 3000, "height": 1200, "strokes": strokes})
    }

    #[test]
    fn strokes_become_lines_and_a_dot_stays_a_dot() {
        let drawn =
            parse(&of(&json!([[[10, 20, 0], [30, 40, 16]], [[3000, 1200, 600_000]]]))).unwrap().to_svg();
        assert!(drawn.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 3000 1200\""));
        assert!(drawn.contains("<path d=\"M10 20L30 40\"/><path d=\"M3000 1200L3000 1200\"/>"), "{drawn}");
    }

    #[test]
    fn what_is_not_strokes_is_refused_with_its_reason() {
        let dot = json!([[1, 1, 1]]);
        for (value, why) in [
            (json!({"v": 2, "width": 1, "height": 1, "strokes": [[[0, 0, 0]]]}), "not strokes of version 1"),
            (json!({"v": 1, "width": 0, "height": 1, "strokes": [[[0, 0, 0]]]}), "a pad of no size"),
            (json!({"v": 1, "width": 50_001, "height": 1, "strokes": [[[0, 0, 0]]]}), "a pad of no size"),
            (
                json!({"v": 1, "width": 9, "height": 9, "strokes": [[[0, 0, 0]]], "x": 1}),
                "not strokes of version 1",
            ),
            (of(&json!([])), "no strokes or too many"),
            (of(&json!([[]])), "a stroke without a point"),
            (of(&json!([[[3001, 0, 0]]])), "a point beside the pad"),
            (of(&json!([[[-1, 0, 0]]])), "not strokes of version 1"),
            (of(&json!([[[0.5, 0, 0]]])), "not strokes of version 1"),
            (of(&json!([[[0, 0]]])), "not strokes of version 1"),
            (of(&json!([[[0, 0, 600_001]]])), "a point too late"),
            (of(&json!([[[0, 0, 5], [0, 0, 4]]])), "time that goes back"),
            (of(&Value::Array(vec![dot; STROKES + 1])), "no strokes or too many"),
            (json!("<svg onload=\"alert(1)\"/>"), "not strokes of version 1"),
        ] {
            assert_eq!(parse(&value).unwrap_err(), why, "{value}");
        }
    }

    #[test]
    fn as_many_strokes_and_points_as_allowed_and_not_one_more() {
        assert!(parse(&of(&Value::Array(vec![json!([[1, 1, 1]]); STROKES]))).is_ok());
        let most = STROKES_BYTES as usize;
        let points = |count: usize| {
            let text = format!(
                "{{\"v\":1,\"width\":9,\"height\":9,\"strokes\":[[{}[0,0,0]]]}}",
                "[0,0,0],".repeat(count - 1)
            );
            Strokes::parse(text.as_bytes()).map(drop)
        };
        assert_eq!(points(STROKE_POINTS), Ok(()));
        assert_eq!(points(STROKE_POINTS + 1), Err("too many points"));
        let padded = |length: usize| {
            let mut text = of(&json!([[[1, 1, 1]]])).to_string().into_bytes();
            text.resize(length, b' ');
            Strokes::parse(&text).map(drop)
        };
        assert_eq!(padded(most), Ok(()));
        assert_eq!(padded(most + 1), Err("too many bytes"));
    }
}
