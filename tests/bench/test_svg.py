from xml.etree import ElementTree

import pytest

from bench.svg import HEIGHT, WIDTH, Line, Plot, drawn, step

SVG = "{http://www.w3.org/2000/svg}"
PLOT = Plot(
    title="a & b",
    across="receivers",
    upright="µs",
    lines=[
        Line(name="ours", points=[(1, 40.0), (10, 9.0), (1000, 4.0)]),
        Line(name="Janus", points=[(1, 60.0), (100, 20.0)]),
    ],
)


def test_every_point_stands_inside_and_more_is_higher() -> None:
    picture = ElementTree.fromstring(drawn(PLOT))
    dots = [
        (float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in picture.iter(f"{SVG}circle")
    ]
    assert len(dots) == 5
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in dots)
    assert [x for x, _ in dots[:3]] == sorted(x for x, _ in dots[:3])
    assert dots[3][1] < dots[0][1] < dots[1][1] < dots[2][1]


def test_a_decade_is_as_wide_as_the_next() -> None:
    picture = ElementTree.fromstring(drawn(PLOT))
    one, ten, thousand = (float(dot.attrib["cx"]) for dot in list(picture.iter(f"{SVG}circle"))[:3])
    assert thousand - ten == pytest.approx(2 * (ten - one), abs=0.2)


def test_words_are_escaped_and_lines_are_named() -> None:
    words = [text.text for text in ElementTree.fromstring(drawn(PLOT)).iter(f"{SVG}text")]
    assert {"a & b", "receivers", "µs", "ours", "Janus", "1,000"} <= set(words)


@pytest.mark.parametrize(("top", "grid"), [(60, 20), (4.7, 1), (9, 2), (100, 20), (0.3, 0.1)])
def test_the_grid_has_round_steps(top: float, grid: float) -> None:
    assert step(top) == pytest.approx(grid)
