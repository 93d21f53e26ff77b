/** What htmx and the browser cannot do by themselves. Every module listens on the document, so that parts which are
 *  loaded later need no starting up. */
import "./theme.js";
import "./sidebar.js";
import "./dialogs.js";
import "./popovers.js";
import "./tabs.js";
import "./forms.js";
import "./requests.js";
import "./toasts.js";
import "./selection.js";
import "./combobox.js";
import "./palette.js";
import "./keys.js";
