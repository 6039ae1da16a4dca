// Small helps for every page. Each page works without them.
import { guardForms, revealPasswords, showErrorSummary } from "./forms.js";
import { copyButtons } from "./copy.js";
import { tickingClocks } from "./clocks.js";
import { closeMenus } from "./menus.js";
import { startApp } from "./app.js";

showErrorSummary(document);
revealPasswords(document);
guardForms(document);
copyButtons(document);
tickingClocks(document);
closeMenus(document);
startApp();
