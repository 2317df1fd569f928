//! Plots as SVG, in colours that the page sets.

use std::fmt::Write as _;

/// Side of the square that the axes stand on, and the room around it for numbers.
const SIDE: f64 = 320.0;
const LEFT: f64 = 46.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 44.0;

/// Points within a square of 0 to 1, or a part of it, with a name for each axis.
pub(super) struct Plot<'a> {
    pub(super) title: &'a str,
    pub(super) x: Axis<'a>,
    pub(super) y: Axis<'a>,
    pub(super) points: Vec<(f64, f64)>,
    /// One of the points, or another one, that is set off.
    pub(super) chosen: Option<(f64, f64)>,
    /// Show where `x` equals `y`.
    pub(super) diagonal: bool,
}

/// An axis from `from` to 1.
pub(super) struct Axis<'a> {
    pub(super) name: &'a str,
    pub(super) from: f64,
}

impl Axis<'_> {
    /// Where a value stands, 0 to 1.
    fn at(&self, value: f64) -> f64 {
        ((value - self.from) / (1.0 - self.from)).clamp(0.0, 1.0)
    }
}

impl Plot<'_> {
    pub(super) fn svg(&self) -> String {
        let (width, height) = (LEFT + SIDE + 12.0, TOP + SIDE + BOTTOM);
        let x = |value: f64| LEFT + SIDE * self.x.at(value);
        let y = |value: f64| TOP + SIDE * (1.0 - self.y.at(value));
        let mut svg = format!(
            "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\">",
            self.title
        );
        for step in 0..=5 {
            let part = f64::from(step) / 5.0;
            let (at_x, at_y) = (LEFT + SIDE * part, TOP + SIDE * (1.0 - part));
            let value = |axis: &Axis<'_>| axis.from + (1.0 - axis.from) * part;
            let _ = write!(
                svg,
                "<path class=\"grid\" d=\"M{LEFT} {at_y}h{SIDE}M{at_x} {TOP}v{SIDE}\"/>\
                 <text x=\"{at_x}\" y=\"{}\" text-anchor=\"middle\">{:.2}</text>\
                 <text x=\"{}\" y=\"{}\" text-anchor=\"end\">{:.2}</text>",
                TOP + SIDE + 16.0,
                value(&self.x),
                LEFT - 6.0,
                at_y + 4.0,
                value(&self.y),
            );
        }
        if self.diagonal {
            let low = self.x.from.max(self.y.from);
            let _ = write!(
                svg,
                "<path class=\"even\" d=\"M{} {}L{} {}\"/>",
                x(low),
                y(low),
                x(1.0),
                y(1.0)
            );
        }
        let mut line = String::new();
        for (at, (a, b)) in self.points.iter().enumerate() {
            let _ = write!(
                line,
                "{}{:.1} {:.1}",
                if at == 0 { 'M' } else { 'L' },
                x(*a),
                y(*b)
            );
        }
        let _ = write!(svg, "<path class=\"line\" d=\"{line}\"/>");
        for (a, b) in &self.points {
            let _ = write!(
                svg,
                "<circle class=\"point\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\"/>",
                x(*a),
                y(*b)
            );
        }
        if let Some((a, b)) = self.chosen {
            let _ = write!(
                svg,
                "<circle class=\"chosen\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"6\"/>",
                x(a),
                y(b)
            );
        }
        let (middle_x, middle_y) = (LEFT + SIDE / 2.0, TOP + SIDE / 2.0);
        let _ = write!(
            svg,
            "<text class=\"name\" x=\"{middle_x}\" y=\"{}\" text-anchor=\"middle\">{}</text>\
             <text class=\"name\" transform=\"translate(11 {middle_y}) rotate(-90)\" text-anchor=\"middle\">{}</text></svg>",
            height - 8.0,
            self.x.name,
            self.y.name,
        );
        svg
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_stand_where_they_belong() {
        let plot = Plot {
            title: "t",
            x: Axis {
                name: "x",
                from: 0.0,
            },
            y: Axis {
                name: "y",
                from: 0.5,
            },
            points: vec![(0.0, 0.5), (1.0, 1.0)],
            chosen: Some((0.5, 0.75)),
            diagonal: false,
        };
        let svg = plot.svg();
        assert!(svg.contains("d=\"M46.0 332.0L366.0 12.0\""), "{svg}");
        assert!(svg.contains("cx=\"206.0\" cy=\"172.0\" r=\"6\""), "{svg}");
    }
}
