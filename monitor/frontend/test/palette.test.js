import assert from "node:assert/strict";
import { test } from "node:test";
import { HEAT, luminance, PARTS, SERIES, seriesColour, stateColour, STATES } from "../src/palette.js";

// Simulation of what people without one kind of cones see: Viénot, Brettel and Mollon 1999, in linear light.
const DEFICIENCIES = {
  protanopia: [
    [0.11238, 0.88762, 0],
    [0.11238, 0.88762, 0],
    [0.00401, -0.00401, 1],
  ],
  deuteranopia: [
    [0.29275, 0.70725, 0],
    [0.29275, 0.70725, 0],
    [-0.02234, 0.02234, 1],
  ],
};

const channels = (colour) =>
  [1, 3, 5]
    .map((place) => parseInt(colour.slice(place, place + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));

const seen = (colour, matrix) =>
  matrix.map((line) => line.reduce((sum, weight, place) => sum + weight * channels(colour)[place], 0));

/** Difference in CIE L*a*b*. */
function difference(one, other) {
  const [a, b] = [lab(one), lab(other)];
  return Math.hypot(...a.map((value, place) => value - b[place]));
}

function lab([r, g, b]) {
  const f = (t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

for (const [name, matrix] of Object.entries(DEFICIENCIES)) {
  test(`states can be told apart with ${name}`, () => {
    const colours = Object.entries(STATES);
    for (const [state, colour] of colours) {
      for (const [other, another] of colours) {
        if (state === other) continue;
        const found = difference(seen(colour, matrix), seen(another, matrix));
        assert.ok(found > 12, `${state} and ${other}: ${found.toFixed(1)}`);
      }
    }
  });
}

test("heat is darker where there is more", () => {
  const light = HEAT.map(luminance);
  assert.deepEqual(
    light,
    light.toSorted((a, b) => b - a),
  );
});

test("every state and place has a colour, the same each time", () => {
  assert.equal(stateColour("failed"), STATES.failed);
  assert.match(stateColour("some new state"), /^#[0-9a-f]{6}$/);
  assert.equal(stateColour("x"), stateColour("x"));
  assert.equal(seriesColour(SERIES.length), seriesColour(0));
  assert.equal(new Set(Object.values(PARTS)).size, Object.keys(PARTS).length);
});
