// Colours that people with any kind of colour vision can tell apart (Okabe and Ito; Viridis-like ramp for heat).
export const SERIES = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a300", "#7a5195"];
export const OTHER = "#8c96a0";

/** States keep their colour on every page; a state that is not known takes one of its own by its name. */
export const STATES = {
  finished: "#009e73",
  failed: "#d55e00",
  cancelled: "#e69f00",
  closed: "#56b4e9",
  merging: "#7a5195",
};

/** From few to many; dark is many, on light ground. */
export const HEAT = ["#fdf5e6", "#fdd49e", "#fc8d59", "#d7301f", "#7f0000"];

export const stateColour = (state) => STATES[state] ?? SERIES[hash(state) % SERIES.length];

/** A series' colour by its place. */
export const seriesColour = (place) => SERIES[place % SERIES.length];

/** The colour of each part of an answer. */
export const PARTS = {
  verified: "#009e73",
  refreshing: "#e69f00",
  live: "#56b4e9",
  "not archived": "#b3b3b3",
  "not counted": "#cc79a7",
  away: "#d55e00",
};

function hash(text) {
  let value = 0;
  for (const char of String(text)) value = (value * 31 + char.codePointAt(0)) >>> 0;
  return value;
}

/** Relative luminance of #rrggbb (WCAG 2). */
export function luminance(colour) {
  const [r, g, b] = [1, 3, 5].map((place) => {
    const part = parseInt(colour.slice(place, place + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
