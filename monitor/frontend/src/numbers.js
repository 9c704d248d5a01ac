// Figures as people read them; the exact value is always in the table's cell title and in exports.
const UNIT_STEPS = [
  [31_557_600, "core-y"],
  [86_400, "core-d"],
  [3_600, "core-h"],
  [60, "core-min"],
];

/** 1,234,567. */
export const count = (value) => (value === null || value === undefined ? "" : Number(value).toLocaleString("en"));

/** 1.2M, 34k: for axes and tiles. */
export function short(value) {
  const steps = [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ];
  for (const [size, letter] of steps) {
    if (Math.abs(value) >= size) return `${trim(value / size)}${letter}`;
  }
  return trim(value);
}

/** Part of a whole in percent with one digit; "" where there is no whole. */
export const percent = (part, whole) => (whole ? `${((100 * part) / whole).toFixed(1)} %` : "");

/** Core-seconds in the largest unit that they fill. */
export function coreTime(seconds) {
  for (const [size, name] of UNIT_STEPS) {
    if (Math.abs(seconds) >= size) return `${trim(seconds / size)} ${name}`;
  }
  return `${count(seconds)} core-s`;
}

/** 0.01 g of CO2 as g, kg or t. */
export function co2(hundredths) {
  const grams = hundredths / 100;
  if (grams >= 1e6) return `${trim(grams / 1e6)} t`;
  if (grams >= 1e3) return `${trim(grams / 1e3)} kg`;
  return `${trim(grams)} g`;
}

function trim(value) {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : 1;
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}
