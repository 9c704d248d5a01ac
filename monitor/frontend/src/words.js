// Words of the error dictionary, asked once a page.
import { address, ask } from "./api.js";

let asked = null;

/** The dictionary's answer. */
export function dictionary(context) {
  asked ??= ask(address(context.root, "dictionary"));
  return asked;
}

/** Names of categories by number; none where the dictionary does not answer. */
export async function categoryNames(context) {
  try {
    const { categories } = await dictionary(context);
    return Object.fromEntries(categories.map(({ category, name }) => [category, name]));
  } catch {
    return {};
  }
}
