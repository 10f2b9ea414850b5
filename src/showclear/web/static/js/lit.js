/* What pages use of lit-html, under one address, so that no page knows where it lies. */
export {html, svg, nothing, noChange, render} from "../vendor/lit-html/lit-html.js";
export {repeat} from "../vendor/lit-html/directives/repeat.js";
export {classMap} from "../vendor/lit-html/directives/class-map.js";
export {live} from "../vendor/lit-html/directives/live.js";
export {createRef, ref} from "../vendor/lit-html/directives/ref.js";
