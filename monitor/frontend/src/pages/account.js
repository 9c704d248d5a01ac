// The account of who has signed in: API tokens are made, told once, and deleted.
import { address, ask, send } from "../api.js";
import { el, plainTable } from "../dom.js";
import { toldMinute } from "../times.js";
import { told } from "../told.js";

export function account(context) {
  const list = context.panel("tokens");
  showTokens(context, list);
  const answer = el("div", { class: "answer", role: "status" });
  const form = newTokenForm();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { name, days } = Object.fromEntries(new FormData(form));
    told(answer, async () => {
      const { token } = await send(context.root, "account/tokens", { name, days: Number(days) });
      form.reset();
      showTokens(context, list);
      return once(context, token);
    });
  });
  context.panel("new-token").show(form, answer);
}

function newTokenForm() {
  const field = (text, attributes) => el("label", {}, text, el("input", { required: true, ...attributes }));
  return el(
    "form",
    { class: "load" },
    field("What it is for", { name: "name", maxlength: 100 }),
    field("Good for days", { name: "days", type: "number", min: 1, max: 365, value: 90 }),
    el("button", { type: "submit" }, "Make it"),
  );
}

/** The text of a new token, and how it is used. */
function once({ root }, token) {
  const example = `curl -H "Authorization: Bearer ${token}" "${new URL(root, window.location)}errors?hours=24"`;
  return [
    el("p", { class: "say done" }, "Keep it now, it is shown this once: ", el("code", { class: "token" }, token)),
    el("p", { class: "quiet" }, "A script sends it as a header: ", el("code", {}, example)),
  ];
}

async function showTokens(context, panel) {
  try {
    const tokens = await ask(address(context.root, "account/tokens"));
    if (!tokens.length) panel.empty("You have no tokens.");
    else
      panel.show(
        plainTable(
          "API tokens",
          ["What for", "Begins with", "Made (UTC)", "Good until (UTC)", "Delete"],
          tokens.map((one) => [
            one.name,
            el("code", {}, `${one.mark}...`),
            toldMinute(one.created),
            Date.parse(one.expires) > context.now ? toldMinute(one.expires) : `${toldMinute(one.expires)}, no longer`,
            deleteButton(context, panel, one),
          ]),
        ),
      );
  } catch (problem) {
    panel.failed(problem, () => showTokens(context, panel));
  }
}

/** Deletes at the second press. */
function deleteButton(context, panel, { id, name }) {
  const button = el("button", { type: "button", "aria-label": `Delete ${name}` }, "Delete");
  const remove = async () => {
    button.disabled = true;
    try {
      await send(context.root, `account/tokens/${id}`, null, "DELETE");
      showTokens(context, panel);
    } catch (problem) {
      panel.failed(problem, () => showTokens(context, panel));
    }
  };
  const sure = () => {
    button.textContent = "Really delete";
    button.setAttribute("aria-label", `Really delete ${name}`);
    button.addEventListener("click", remove, { once: true });
  };
  button.addEventListener("click", sure, { once: true });
  return button;
}
