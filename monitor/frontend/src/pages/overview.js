// How are things? Jobs, failures, errors, and where they come from: the beginning of every drill-down.
import { anomaliesPanel } from "../anomalies.js";
import { topMessages } from "../messages.js";
import { categoriesPanel, errorsOverTime, errorsTable } from "../error_panels.js";
import { activePanel, outcomesPanels } from "../outcome_panels.js";
import { entitiesTable, sitesHeat } from "../place_panels.js";

export function overview(context) {
  outcomesPanels(context, []);
  anomaliesPanel(context);
  errorsOverTime(context, []);
  errorsTable(context, [], { size: 10 });
  categoriesPanel(context, []);
  entitiesTable(context, "site");
  sitesHeat(context);
  entitiesTable(context, "user");
  entitiesTable(context, "task");
  topMessages(context);
  activePanel(context, []);
}
