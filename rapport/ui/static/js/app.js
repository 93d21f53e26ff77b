/** What htmx cannot do. All modules listen on the document, so that parts loaded later need no start. */
import "./frame.js";
import "./panels.js";
import "./forms.js";
import "./feedback.js";
import "./selection.js";
import "./searching.js";
import "./keys.js";
