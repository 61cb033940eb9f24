// What every page loads: each module looks for its element and does nothing where that is absent.
import "./copy.js";
import "./search.js";
import "./tree.js";
