// What came of something that a reader did, below its form.
import { el } from "./dom.js";

/** Show the nodes that `make` gives, or why it gives none. */
export async function told(answer, make) {
  try {
    answer.replaceChildren(...(await make()));
  } catch (problem) {
    const text = `${problem.message}. ${problem.remedy ?? ""}`;
    answer.replaceChildren(el("p", { class: "say failed", role: "alert" }, text));
  }
}
