/* What pages use of lit-html, under one address, so that no page knows where it lies. */
export {html, svg, nothing, render} from "../vendor/lit-html/lit-html.js";
export {repeat} from "../vendor/lit-html/directives/repeat.js";
